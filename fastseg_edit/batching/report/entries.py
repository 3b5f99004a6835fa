"""What the journal says of each item, as the report needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.journals.again import UNENDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.journals.tables import Attempt, Listed

WAITING, UNFINISHED = "waiting", "unfinished"
"""States besides those of `messages.State`: nobody has begun the item; or somebody has, and nobody
has seen the end of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item and what came of it.

    Attributes:
        number: Its place in the job, from 0.
        id: What it is called.
        photo: Its name in the store of photos.
        operation: What was to be done.
        output: The name of its result in the store of results, whether that is there or not.
        attempt: The number of the last attempt. None if there was none.
        state: One of `messages.State`, or "waiting", or "unfinished".
        code: Of the error.
        message: Of the error.
        hint: Of the error.
        took: Seconds from the beginning of the attempt to its end.
        facts: What was noted of the edit.
    """

    number: int
    id: str
    photo: str
    operation: str
    output: str
    attempt: int | None = None
    state: str = WAITING
    code: str = ""
    message: str = ""
    hint: str = ""
    took: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def coverage(self) -> float | None:
        """Share of the photo that the mask covers, 0 to 1."""
        return self._figure("coverage")

    @property
    def count(self) -> int | None:
        """How many objects were selected."""
        found = self._figure("count")
        return None if found is None else int(found)

    @property
    def score(self) -> float | None:
        """How sure the model was of the object that it was least sure of."""
        return self._figure("score")

    @property
    def margin(self) -> float | None:
        """By how much that score beats the best one that was not chosen, at the least."""
        return self._figure("margin")

    @property
    def border(self) -> float | None:
        """How much of an object's box lies on the photo's border, 0 to 1, at the most."""
        return self._figure("border")

    @property
    def stages(self) -> Mapping[str, float]:
        """Seconds that each stage took."""
        return self.facts.get("seconds") or {}

    @property
    def seconds(self) -> float | None:
        """Seconds of work: of all stages, or else from begin to end."""
        return sum(self.stages.values()) if self.stages else self.took

    @property
    def warnings(self) -> tuple[tuple[str, str], ...]:
        """The code and the text of each warning."""
        return tuple((one["code"], one["text"]) for one in self.facts.get("warnings") or ())

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the error and of the warnings, each once."""
        told = (self.code, *(code for code, _ in self.warnings))
        return tuple(dict.fromkeys(filter(None, told)))

    @property
    def nothing_found(self) -> bool:
        """Whether the photo was copied because there was nothing to edit, and not by a gate."""
        return self.state == "unchanged" and "W_GATE" not in self.codes

    def _figure(self, name: str) -> float | None:
        found = self.facts.get(name)
        return None if found is None else float(found)


def entries(journal: Journal) -> Iterator[Entry]:
    """Yield the items of the last run, in the order of the job."""
    for item, tried in journal.items():
        yield _entry(item, tried)


def entry(journal: Journal, item_id: str) -> Entry:
    """Return an item that is in the journal."""
    return _entry(*journal.item(item_id))


def _entry(item: Listed, tried: Attempt | None) -> Entry:
    about = (item.number, item.id, item.photo, item.operation, item.output)
    if tried is None:
        return Entry(*about)
    state = UNFINISHED if tried.state in UNENDED else tried.state
    told = (tried.code, tried.message, tried.hint)
    return Entry(*about, tried.attempt, state, *told, tried.seconds, tried.facts)
