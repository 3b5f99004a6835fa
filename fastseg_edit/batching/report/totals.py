"""What came of a job as a whole."""

from __future__ import annotations

import math
import statistics
from array import array
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from fastseg_edit.batching.driving.outcomes import FINISHED
from fastseg_edit.batching.report.entries import UNFINISHED, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastseg_edit.batching.report.entries import Entry

STAGES = ("read", "select", "paint", "write")
"""The stages of `messages.At`, in order."""

STATES = ("failed", "cancelled", UNFINISHED, *reversed(FINISHED), WAITING)
"""Every state that an item may be in, those first that want attention."""

PERCENTILE = 0.95


class Spent(NamedTuple):
    """How long a stage took, over all items that went through it.

    Attributes:
        total: Seconds of all items together. Workers work at a time, so that it may be more than
            the job took.
        median: Seconds of one item.
        p95: Seconds that 95 of 100 items took at the most (nearest rank).
        items: How many they are.
    """

    total: float
    median: float
    p95: float
    items: int

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Spent:
        """Sum up how long each of some items took, at least one."""
        ordered = sorted(seconds)
        rank = math.ceil(PERCENTILE * len(ordered)) - 1
        return cls(sum(ordered), statistics.median(ordered), ordered[rank], len(ordered))


class Totals(NamedTuple):
    """What came of a job as a whole.

    Attributes:
        items: How many there are.
        states: How many are in each state; those only that occur.
        stages: How long each stage took.
        errors: How often each code of an error occurs.
        warnings: In how many items each code of a warning occurs.
    """

    items: int
    states: dict[str, int]
    stages: dict[str, Spent]
    errors: dict[str, int]
    warnings: dict[str, int]

    def document(self) -> dict[str, Any]:
        """Return it as values for JSON; seconds to a tenth of a millisecond."""
        stages = {
            name: {key: round(each, 4) for key, each in spent._asdict().items()}
            for name, spent in self.stages.items()
        }
        return {**self._asdict(), "stages": stages}


def totals(entries: Iterable[Entry]) -> Totals:
    """Count items by state, error and warning, and add up their seconds."""
    states, errors, warnings = Counter[str](), Counter[str](), Counter[str]()
    spent: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
    for entry in entries:
        states[entry.state] += 1
        errors.update([entry.code] if entry.code else [])
        warnings.update({code for code, _ in entry.warnings})
        for stage, seconds in entry.stages.items():
            spent[stage].append(seconds)
    return Totals(
        states.total(),
        {name: states[name] for name in sorted(states, key=_state_place)},
        {name: Spent.of(spent[name]) for name in sorted(spent, key=_stage_place)},
        dict(errors.most_common()),
        dict(warnings.most_common()),
    )


def _state_place(name: str) -> int:
    return STATES.index(name) if name in STATES else len(STATES)


def _stage_place(name: str) -> int:
    return STAGES.index(name) if name in STAGES else len(STAGES)
