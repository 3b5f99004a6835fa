"""Jobs that only select, to see what would be painted before anything is."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fastseg_edit.batching.manifests.items import Writing
from fastseg_edit.batching.storage import naming, places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.manifests.manifest import Manifest

FOLDER = "masks"
"""Where the masks go, in the folder of results, with a journal of their own."""

PAINTING = ("verify", "variants")
"""Settings that say how often something is painted."""


TABLE = "PRAGMA journal_mode = OFF; CREATE TABLE taken (folded INTEGER PRIMARY KEY)"
TAKE = "INSERT OR IGNORE INTO taken VALUES (?)"


def manifest(job: Manifest) -> Manifest:
    """Return a job with another folder for its results. What lies in its own is no photo still."""
    return replace(job, results=places.store(where(job.results.where)), painted=job.results)


def where(results: str) -> str:
    """Return where the masks go of a job whose results go to a place."""
    return f"{results}/{FOLDER}"


class Selecting:
    """Makes items that select what others would paint. Their results are masks.

    Which names are taken stands in a database that grows on the disk and vanishes with it.
    """

    def __init__(self) -> None:
        self._names = sqlite3.connect("")
        self._names.executescript(TABLE)
        self._count = 0

    def close(self) -> None:
        """Let go of the names."""
        self._names.close()

    def of(self, item: Item) -> Iterator[Item]:
        """Yield an item for each edit that selects something in the photo as it is."""
        several = len(item.requests) > 1
        for number, request in enumerate(item.requests, 1):
            if request.afterwards:
                continue
            kept = {k: v for k, v in request.settings.items() if k not in PAINTING}
            one = replace(request, settings={**kept, "dry_run": True})
            yield replace(
                item,
                number=self._count,
                id=f"{item.id}#{number}" if several else item.id,
                requests=(one,),
                output=self._named(item.photo),
                writing=Writing("PNG", sidecar=False, if_exists=item.writing.if_exists),
            )
            self._count += 1

    def _named(self, photo: str) -> str:
        """Return a name for a mask that no other has."""
        path = PurePosixPath(photo)
        number = 1
        stem = path.stem
        while True:
            name = str(path.with_name(f"{stem}.mask.png"))
            if self._names.execute(TAKE, (hash(naming.folded(name)),)).rowcount:
                return name
            number += 1
            stem = path.name if number == 2 else f"{path.name}-{number}"
