"""How far a batch is, and what came of its items so far."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from fastseg_edit.batching.workers.messages import State

if TYPE_CHECKING:
    from fastseg_edit.batching.driving.outcomes import Outcome

SOME, ALL, INTERRUPTED = 3, 4, 130
"""Exit statuses: some items failed, all did, and the user stopped it."""

STATES: tuple[State, ...] = get_args(State)

WORKED = ("done", "unchanged", "no-object")
"""States of items that somebody has worked on to the end."""


@dataclass
class Tally:
    """Counts what comes of items.

    Attributes:
        total: How many items there are. None if nobody knows.
        states: How many ended in each state.
        before: How many of them an earlier run has done.
        failed: How many were not done as asked for.
        worked: How many this run has done.
        warnings: How many warnings there are of all of them.
        began: When the run began, by a clock that never goes back.
    """

    total: int | None = None
    states: Counter[str] = field(default_factory=Counter)
    before: int = 0
    failed: int = 0
    worked: int = 0
    warnings: int = 0
    began: float = field(default_factory=time.monotonic)
    _last: dict[str, tuple[str, bool, bool, int]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Count one more. An item that a watch does again counts once, as it ended last."""
        worked = outcome.again and outcome.state in WORKED
        said = (outcome.state, not outcome.again, outcome.fails, len(outcome.warnings))
        if self.total is None:
            if last := self._last.get(outcome.id):
                self._count(*last, -1)
            self._last[outcome.id] = said
        self._count(*said, 1)
        self.worked += worked

    def _count(self, state: str, before: bool, fails: bool, warnings: int, sign: int) -> None:
        self.states[state] += sign
        self.before += sign * before
        self.failed += sign * fails
        self.warnings += sign * warnings

    @property
    def count(self) -> int:
        """How many have ended."""
        return self.states.total()

    @property
    def settled(self) -> int:
        """How many of them need not be done again."""
        return self.count - self.failed

    @property
    def seconds(self) -> float:
        """How long the run has taken."""
        return time.monotonic() - self.began

    @property
    def rate(self) -> float:
        """Photos per second that were done now."""
        return self.worked / max(self.seconds, 1e-3)

    def left(self) -> float | None:
        """Return how many seconds are left, once there is something to go by."""
        now = self.count - self.before
        if self.total is None or now < 3:
            return None
        return (self.total - self.count) * self.seconds / now

    def is_over(self) -> bool:
        """Tell whether every item has ended, and none because it was stopped."""
        return self.count == self.total and not self.states["cancelled"]

    def status(self) -> int:
        """Return the exit status of a run that came to its end."""
        if not self.failed:
            return 0
        return ALL if self.failed == self.count == self.total else SOME

    def words(self) -> str:
        """Return how many ended in each state, in a few words."""
        return ", ".join(f"{self.states[name]} {name}" for name in STATES if self.states[name])

    def line(self) -> str:
        """Return one line on the whole run."""
        before = f", {self.before} of them before" if self.before else ""
        warned = f", {warnings(self.warnings)}" if self.warnings else ""
        speed = f", {self.rate:.2f} photos per second" if self.worked else ""
        return f"{self.words() or 'nothing to do'}{before}{warned}; {self.seconds:.1f} s{speed}"

    def known(self) -> dict[str, Any]:
        """Return the same, as values for JSON."""
        return {
            "items": self.total,
            **{name: self.states[name] for name in STATES},
            "before": self.before,
            "warnings": self.warnings,
            "seconds": round(self.seconds, 3),
            "photos_per_second": round(self.rate, 3),
        }


def warnings(count: int) -> str:
    """Return how many warnings there are, in words."""
    return f"{count} warning{'s' * (count != 1)}"
