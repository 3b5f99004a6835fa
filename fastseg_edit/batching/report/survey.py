"""A look at all items of a job, of which little stays in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastseg_edit.batching.report import ranking
from fastseg_edit.batching.report.entries import entries, entry
from fastseg_edit.batching.report.names import NAMES
from fastseg_edit.batching.report.totals import totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.report.entries import Entry
    from fastseg_edit.batching.report.ranking import Ranked
    from fastseg_edit.batching.report.totals import Totals


class Survey(NamedTuple):
    """What is to be known of all items.

    Attributes:
        ids: What they are called, the worst first.
        totals: Of all of them.
        alike: The photos that are called like a file of a report.
    """

    ids: tuple[str, ...]
    totals: Totals
    alike: tuple[str, ...]


def survey(journal: Journal) -> Survey:
    """Look at all items of the last run."""
    places, alike = list[ranking.Place](), list[str]()

    def seen() -> Iterator[Entry]:
        for one in entries(journal):
            places.append(ranking.place(one))
            if one.photo.endswith(NAMES):
                alike.append(one.photo)
            yield one

    found = totals(seen())
    places.sort()
    return Survey(tuple(place[-1] for place in places), found, tuple(alike))


def ranked(journal: Journal, ids: tuple[str, ...]) -> Iterator[Ranked]:
    """Yield items by their names, one at a time."""
    return (ranking.judged(entry(journal, each)) for each in ids)
