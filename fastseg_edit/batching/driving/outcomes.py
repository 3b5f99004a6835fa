"""What came of each item, for whoever runs a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.workers.messages import State

FINISHED: tuple[State, ...] = ("done", "unchanged", "skipped", "no-object")
"""States that are not tried again while the key stays the same."""


@dataclass(frozen=True, repr=False)
class Outcome:
    """What came of an item.

    Attributes:
        item: Which.
        state: How it ended.
        again: False if an earlier run has done it, and nothing was done now.
        names: Of its files, in the store of results; the result itself first.
        facts: What was noted of the edit: coverage, scores, seconds, warnings...
        error: Why it failed, or was left out.
        where: The folder of results.
    """

    item: Item
    state: State
    again: bool = True
    names: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: FastsegError | None = None
    where: str = ""

    @property
    def id(self) -> str:
        """What the item is called in the journal."""
        return self.item.id

    @property
    def photo(self) -> str:
        """The photo, as it is called in the folder of photos."""
        return self.item.photo

    @property
    def outputs(self) -> tuple[str, ...]:
        """The paths of its files: the result itself, then what lies beside it."""
        return tuple(f"{self.where}/{name}" if self.where else name for name in self.names)

    @property
    def seconds(self) -> float:
        """How long it was worked on, all stages together. 0 if that is not known."""
        return float(sum(self.facts.get("seconds", {}).values()))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the photo's owner should know, in a line each that begins with a code."""
        return tuple(f"{one['code']}: {one['text']}" for one in self.facts.get("warnings", ()))

    @property
    def fails(self) -> bool:
        """Whether a run with this outcome has not done all that was asked for."""
        if self.state == "no-object":
            settings = self.item.requests[0].settings
            return bool(settings.get("on_empty", "error") == "error")
        return self.state in ("failed", "cancelled")

    def __repr__(self) -> str:
        before = "" if self.again else " before"
        about = f", {self.error.code}: {self.error.message}" if self.error else ""
        result = f" -> {self.outputs[0]!r}" if self.names else ""
        return f"Outcome({self.id!r}: {self.state}{before}{about}{result})"


def error_of(about: tuple[str, str, str] | None) -> FastsegError | None:
    """Return the error that a code, a message and a hint stand for."""
    return FastsegError(*about) if about else None
