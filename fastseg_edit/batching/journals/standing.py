"""How far a job is, as its journal tells, whether it runs or not."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.journals import locks, travelling
from fastseg_edit.batching.journals.again import UNENDED
from fastseg_edit.batching.journals.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

    from fastseg_edit.batching.storage.stores import Store

LAST = 5
"""How many errors are told."""

_ERRORS = (
    "SELECT items.photo, attempts.code, attempts.message, COALESCE(attempts.hint, '') "
    "FROM items JOIN attempts USING (attempt) "
    "WHERE items.run = ? AND attempts.state = 'failed' ORDER BY attempt DESC LIMIT ?"
)
_OPEN = (
    "SELECT COUNT(*) FROM items LEFT JOIN attempts USING (attempt) WHERE items.run = ? AND "
    "(attempts.state IS NULL OR attempts.state IN ('begun', 'writing') OR "
    "(attempts.state IN ('failed', 'cancelled') AND attempts.run < items.run))"
)
_WARNINGS = (
    "SELECT COALESCE(SUM(json_array_length(attempts.facts, '$.warnings')), 0) FROM items "
    "JOIN attempts USING (attempt) WHERE items.run = ?"
)
_OTHERS = "SELECT COUNT(*) FROM items WHERE run < (SELECT MAX(run) FROM items)"
_ENDED = "SELECT COUNT(*) FROM attempts WHERE run = ? AND state NOT IN ('begun', 'writing')"


@dataclass(frozen=True)
class Standing:
    """How far a job is.

    Attributes:
        states: How many items are in each state; "waiting" before any, "at work" in the middle of
            one, and "cut off" where the job ended suddenly.
        process: The number of the process that runs it. Empty if none does.
        began: When the last run began, in seconds since 1970. None if there was none.
        ended: When it ended. None if it did not come to its end.
        rate: Items per second that the run does.
        left: Items that it still has to do.
        errors: Photo, code, message and hint of the last errors, the newest first.
        warnings: How many warnings there are.
        others: How many items of earlier runs the last one does not have.
    """

    states: dict[str, int]
    process: str
    began: float | None
    ended: float | None
    rate: float
    left: int
    errors: tuple[tuple[str, str, str, str], ...]
    warnings: int
    others: int

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take, in seconds, if it runs."""
        return self.left / self.rate if self.process and self.rate else None


def of(results: Store, place: Path | None = None) -> Standing:
    """Return how far a job is.

    Args:
        results: The store of its results.
        place: The folder of its journal, if the results are at a URL and it is not in the cache.

    Raises:
        OutputError: With E_JOURNAL, if the journal is damaged.
    """
    path = travelling.looked_at(results, place)
    process = locks.holder(path.with_name("lock"))
    with closing(Journal(path, readonly=True)) as journal:
        run = journal.run()
        began, ended = next(
            journal.rows("SELECT began, ended FROM runs WHERE run = ?", (run,)), (None, None)
        )
        done = _count(journal, _ENDED, run)
        passed = time.time() - began if began and process else 0.0
        return Standing(
            _named(journal.counts(), bool(process)),
            process,
            began,
            ended,
            done / passed if passed > 0 else 0.0,
            _count(journal, _OPEN, run),
            tuple(journal.rows(_ERRORS, (run, LAST))),
            _count(journal, _WARNINGS, run),
            _count(journal, _OTHERS),
        )


def others(folder: Path) -> int:
    """Return how many items of earlier runs the last one does not have.

    Args:
        folder: The folder of the journal.
    """
    with closing(Journal(folder / travelling.FILE, readonly=True)) as journal:
        return _count(journal, _OTHERS)


def _count(journal: Journal, query: str, *values: Any) -> int:
    return int(next(journal.rows(query, values))[0])


def _named(counts: dict[str, int], runs: bool) -> dict[str, int]:
    """Return the counts, with states for people in the place of those of an open attempt."""
    open_ones = sum(counts.pop(state, 0) for state in UNENDED)
    return {**counts, **({"at work" if runs else "cut off": open_ones} if open_ones else {})}
