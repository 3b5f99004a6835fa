"""What came of each item, for whoever runs a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.batching.items import Item
    from fastseg_edit.batching.messages import State

FINISHED: tuple[State, ...] = ("done", "unchanged", "skipped", "no-object")
"""States that are not tried again while the key stays the same."""


@dataclass(frozen=True)
class Outcome:
    """What came of an item.

    Attributes:
        item: Which.
        state: How it ended.
        again: False if an earlier run has done it, and nothing was done now.
        outputs: The names of its files in the store of results; the result itself first.
        facts: What was noted of the edit: coverage, scores, seconds, warnings...
        error: Why it failed, or was left out.
    """

    item: Item
    state: State
    again: bool = True
    outputs: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: FastsegError | None = None

    @property
    def fails(self) -> bool:
        """Whether a run with this outcome has not done all that was asked for."""
        if self.state == "no-object":
            settings = self.item.requests[0].settings
            return bool(settings.get("on_empty", "error") == "error")
        return self.state in ("failed", "cancelled")


def error_of(about: tuple[str, str, str] | None) -> FastsegError | None:
    """Return the error that a code, a message and a hint stand for."""
    return FastsegError(*about) if about else None
