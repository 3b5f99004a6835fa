"""Several edits of one photo, written down.

As in:

    defaults: {profile: mini, seed: 3}
    steps:
      - {operation: remove, prompt: [{text: a red circle}]}
      - {operation: replace, prompt: [{text: a star}], caption: a blue ring, afterwards: true}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import documents
from fastseg_edit.requests import reading, words
from fastseg_edit.requests.defaults import Defaults
from fastseg_edit.requests.paths import Folders
from fastseg_edit.requests.problems import Problems, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.requests.request import Request

KEYS = ("steps", "defaults")


@dataclass(frozen=True)
class Plan:
    """Several edits of one photo, in order.

    Attributes:
        steps: The edits, at least one.
    """

    steps: tuple[Request, ...]

    def files(self) -> Iterator[Path]:
        """Yield the files that the edits read."""
        for step in self.steps:
            yield from step.files()


def load(path: str | Path) -> Plan:
    """Read the file of a plan, YAML or JSON.

    Its paths are relative to its folder, and end there or in the current one.

    Raises:
        InputError: If it cannot be read.
        RecipeError: With E_RECIPE, if it is neither.
        DocumentError: With all mistakes.
    """
    found = Path(path)
    return read(documents.read(found), Folders(found.parent, (Path(),)), str(path))


def read(document: Mapping[str, Any], folders: Folders, origin: str = "plan") -> Plan:
    """Read a plan. Errors as for `load`."""
    problems = Problems()
    steps = requests(document, folders, problems)
    words.refuse_unknown(document, KEYS, "", problems)
    problems.refuse(origin)
    return Plan(tuple(step for step in steps if step))


def requests(
    document: Mapping[str, Any], folders: Folders, problems: Problems, place: str = ""
) -> list[Request | None]:
    """Read what stands under `steps`, each with what stands under `defaults`.

    Args:
        document: A mapping with these keys, and perhaps others.
        folders: Where files may lie.
        problems: Takes what is wrong.
        place: Where in a larger document it stands.
    """
    steps, defaults = document.get("steps"), document.get("defaults", {})
    if not isinstance(steps, list) or not steps:
        came = "nothing" if steps is None else repr(steps)
        problems.say(inside(place, "steps"), f"a list of edits was wanted, got {came}")
        return []
    if not isinstance(defaults, Mapping):
        message = f"a mapping was wanted, got {defaults!r}"
        problems.say(inside(place, "defaults"), message)
        return []
    at = inside(place, "defaults")
    words.refuse_unknown(defaults, reading.known(), at, problems)
    usual = Defaults({k: v for k, v in defaults.items() if k in reading.known()}, at)
    return [
        reading.read(step, folders, problems, inside(inside(place, "steps"), number), usual)
        for number, step in enumerate(steps)
    ]
