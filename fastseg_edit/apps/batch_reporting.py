"""The report of a batch, as the command line writes it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from fastseg_edit.apps import reporting
from fastseg_edit.batching import report as drawing
from fastseg_edit.batching.journals import travelling
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.manifests import kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.batching.jobs import Job
    from fastseg_edit.batching.storage.stores import Store


def report(name: str, given: Mapping[str, Any]) -> None:
    """Write the report of a job that was run.

    Args:
        name: The folder of its results, or what it was run with.
        given: The flags, by name.
    """
    results = kept.of(name, given["out"])
    photos = kept.read(results, moved=True).manifest().photos
    _write(photos, results, given)


def write(job: Job, given: Mapping[str, Any]) -> None:
    """Write the report of a job that is at its end."""
    _write(job.manifest.photos, job.manifest.results, given)


def _write(photos: Store, results: Store, given: Mapping[str, Any]) -> None:
    path = travelling.looked_at(results, given["journal"])
    with closing(Journal(path, readonly=True)) as journal:
        names = drawing.write(results.where, photos, results, journal)
    reporting.say(given, f"report -> {results.where}/{names[0]}")
