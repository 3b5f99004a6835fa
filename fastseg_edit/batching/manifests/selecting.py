"""Jobs that only select, to see what would be painted before anything is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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


def manifest(job: Manifest) -> Manifest:
    """Return a job with another folder for its results."""
    return replace(job, results=places.store(f"{job.results.where}/{FOLDER}"))


@dataclass
class Selecting:
    """Makes items that select what others would paint. Their results are masks."""

    _taken: set[int] = field(default_factory=set)
    _count: int = 0

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
            folded = hash(naming.folded(name))
            if folded not in self._taken:
                self._taken.add(folded)
                return name
            number += 1
            stem = path.name if number == 2 else f"{path.name}-{number}"
