"""What the files of a report are called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.report.entries import Entry
    from fastseg_edit.batching.storage.stores import Store

PAGE, SHEET = "report.html", "contact_sheet.jpg"
JSON, CSV = "summary.json", "summary.csv"

NAMES = (PAGE, SHEET, JSON, CSV)
"""Every file of a report, in the folder of results."""


def free(name: str, journal: Journal, taken: frozenset[str]) -> str:
    """Return a name for a file of the report that no photo and no result of the job bears.

    Args:
        name: The usual one.
        journal: Knows the results.
        taken: The photos of the job among the files of the folder.
    """
    while name in taken or journal.owns(name):
        name = f"report-{name}"
    return name


def photos_among(entries: Iterable[Entry], photos: Store, results: Store) -> frozenset[str]:
    """Return which photos of a job lie in the folder of results itself, and might be in the way."""
    if photos.where == results.where:
        return frozenset(each.photo for each in entries)
    home = Path(results.where).resolve()
    found = set[str]()
    for each in entries:
        source = photos.source(each.photo) if each.photo.endswith(NAMES) else b""
        if isinstance(source, Path) and source.resolve().parent == home:
            found.add(source.resolve().name)
    return frozenset(found)
