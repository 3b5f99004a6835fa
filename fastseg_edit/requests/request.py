"""One edit as it is asked for, before its photo is open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fastseg_edit.requests.asker import Asker
from fastseg_edit.requests.parts import MaskFile, files
from fastseg_edit.requests.problems import placed_at
from fastseg_edit.specs import UNPROMPTED, EditSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from fastseg_edit.requests.parts import Part, Where
    from fastseg_edit.sources import Opened


@dataclass(frozen=True)
class Request:
    """One edit as it is asked for. Nothing of it has been looked up in a photo or a file.

    Attributes:
        operation: One of `settings.OPERATIONS`.
        parts: What to select.
        caption: What to paint.
        settings: See `settings.Settings`; without `avoid`.
        afterwards: As for `EditSpec`.
        avoid: Masks and boxes where nothing may be copied from.
        combine: How those parts combine that do not say it, as for `Asker.prompt`.
        separate: True if each single click is on an object of its own.
        place: Where in a document it stands. Empty for flags.
    """

    operation: str
    parts: tuple[Part, ...]
    caption: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    afterwards: bool = False
    avoid: tuple[Where, ...] = ()
    combine: str = "union"
    separate: bool = False
    place: str = ""

    def files(self) -> Iterator[Path]:
        """Yield the files that it reads besides the photo, which no output may overwrite."""
        yield from files(self.parts)
        yield from (each.path for each in self.avoid if isinstance(each, MaskFile))

    def unplaced(self) -> Request:
        """Return the same as if flags had asked for it, so that errors name no place."""
        return replace(self, place="", parts=tuple(map(_unplaced, self.parts)))

    def spec(self, opened: Opened) -> EditSpec:
        """Look everything up, and return what is to be done to a photo.

        Raises:
            FastsegError: If a file cannot be read, or a prompt makes no sense on this photo.
        """
        asker = Asker(opened.photo.size, self.operation in UNPROMPTED)
        chosen = dict(self.settings)
        with placed_at(f"{self.place}/avoid" if self.place else ""):
            if (avoid := asker.avoided(self.avoid)) is not None:
                chosen["avoid"] = avoid
        prompt = None
        if self.parts or self.operation not in UNPROMPTED:
            prompt = asker.prompt(self.parts, self.combine, self.separate)
        return EditSpec(self.operation, opened, prompt, self.caption, chosen, self.afterwards)


def _unplaced(part: Part) -> Part:
    inner = tuple(map(_unplaced, part.value)) if part.kind == "prompt" else part.value
    return replace(part, value=inner, place="")
