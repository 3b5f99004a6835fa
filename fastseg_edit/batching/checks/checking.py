"""What a job needs, looked at before a model is loaded and before anything is written."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fastseg_edit.batching.checks.claims import Claims
from fastseg_edit.batching.checks.inspecting import Inspector
from fastseg_edit.batching.checks.targets import Targets
from fastseg_edit.batching.manifests import filling, listing
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.errors import FastsegError, OutputError
from fastseg_edit.requests import Problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.manifests.manifest import Manifest
    from fastseg_edit.photos import Head

OF_THE_JOB = frozenset({"E_PATH_ESCAPES"})
"""Mistakes that stop a job, even if they are about one photo."""


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


def check(
    manifest: Manifest,
    journal: Journal | None = None,
    instead: Callable[[Item], Iterable[Item]] | None = None,
) -> Iterator[Planned]:
    """Look at every item, and at all of them together.

    What is wrong with one photo is the `problem` of its item: the others can be done. What is wrong
    with the job is raised after the last item, all at once.

    Args:
        manifest: The job.
        journal: What earlier runs have written, and may be written again.
        instead: Returns what is done instead of an item. None to do the item.

    Yields:
        Every item, in order, as soon as it was looked at.

    Raises:
        DocumentError: With all mistakes of the job, each with its place.
        OutputError: With E_OUTPUT_SPACE, if there is not enough room for what it writes.
    """
    with closing(Claims()) as claims:
        yield from _Checker(manifest, claims, journal, instead).planned()


@dataclass
class _Checker:
    """Looks at the items of one job.

    Attributes:
        manifest: The job.
        claims: Takes the files that it reads and writes.
        journal: What earlier runs have written.
        instead: As for `check`.
        problems: What is wrong with the job as a whole.
        needed: Bytes that the results will take, at the least.
    """

    manifest: Manifest
    claims: Claims
    journal: Journal | None
    instead: Callable[[Item], Iterable[Item]] | None = None
    problems: Problems = field(default_factory=Problems)
    needed: int = 0

    def planned(self) -> Iterator[Planned]:
        job = self.manifest
        inspector = Inspector(job.photos, job.folders, filling.wants(job.defaults))
        targets = Targets(job.photos, job.results, self.claims, self.problems, self.journal)
        targets.typed = job.folders.free
        for item in listing.items(job, self.problems):
            planned = self._looked_at(item, inspector)
            if self.instead is None:
                yield self._claimed(planned, targets)
                continue
            for one in self.instead(item):
                yield self._claimed(replace(planned, item=one), targets)
        targets.compare()
        self.problems.refuse(job.origin, placed=not job.folders.free)
        self._check_room()

    def _claimed(self, planned: Planned, targets: Targets) -> Planned:
        """Note the files of an item. One that cannot have them has a problem."""
        item = planned.item
        taken = targets.claim(item)
        if not targets.has(item):
            self.needed += planned.stored
        return planned if taken is None or planned.problem else replace(planned, problem=taken)

    def _looked_at(self, item: Item, inspector: Inspector) -> Planned:
        for request in item.requests:
            with self.problems.at(item.place):
                inspector.build(request)
        head: Head | None = None
        problem: FastsegError | None = None
        try:
            head = inspector.head(item)
            inspector.check(item, head and head.size)
        except FastsegError as error:
            problem = error
            if error.code in OF_THE_JOB:
                self.problems.say(item.place, error.message, error.hint, error.code)
        return Planned(item, head and head.size, head.stored if head else 0, problem)

    def _check_room(self) -> None:
        """Refuse to begin if not even files as large as the photos would fit."""
        results = self.manifest.results
        if not isinstance(results, Folder):
            return
        above = results.path.absolute()
        while not above.exists() and above != above.parent:
            above = above.parent
        free = shutil.disk_usage(above).free
        if self.needed > free:
            sizes = f"{self.needed / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free"
            message = f"results as large as their photos take {sizes} in {results.where}"
            hint = "Make room, or name another folder."
            raise OutputError("E_OUTPUT_SPACE", message, hint)
