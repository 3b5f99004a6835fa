"""What a job needs, looked at before a model is loaded and before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastseg_edit.batching import listing
from fastseg_edit.requests import Problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.batching.items import Item
    from fastseg_edit.batching.journal import Journal
    from fastseg_edit.batching.manifest import Manifest
    from fastseg_edit.errors import FastsegError


@dataclass(frozen=True)
class Planned:
    """An item as it is planned.

    Attributes:
        item: The item.
        size: (height, width) of its upright photo, in pixels. None if that is not known.
        stored: Bytes of the photo's file.
        problem: Why it will fail. None if nothing is known against it.
    """

    item: Item
    size: tuple[int, int] | None = None
    stored: int = 0
    problem: FastsegError | None = None


def check(manifest: Manifest, journal: Journal | None = None) -> Iterator[Planned]:
    """Look at every item, and at all of them together.

    What is wrong with one photo is the `problem` of its item: the others can be done. What is wrong
    with the job is raised after the last item, all at once.

    Args:
        manifest: The job.
        journal: What earlier runs have written, and may be written again.

    Yields:
        Every item, in order, as soon as it was looked at.

    Raises:
        DocumentError: With all mistakes of the job, each with its place.
    """
    problems = Problems()
    for item in listing.items(manifest, problems):
        yield Planned(item)
    problems.refuse(manifest.origin)
