"""A job from its manifest to its last outcome."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.checks import checking
from fastseg_edit.batching.driving.spool import Spool
from fastseg_edit.batching.journals import travelling
from fastseg_edit.batching.journals.again import EVERYTHING, Again
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.manifests import kept, selecting
from fastseg_edit.batching.runs import Run
from fastseg_edit.batching.workers.crew import Processes
from fastseg_edit.batching.workers.devices import Workers
from fastseg_edit.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from pathlib import Path

    from fastseg_edit.batching.checks.checking import Planned
    from fastseg_edit.batching.driving.outcomes import Outcome
    from fastseg_edit.batching.manifests.asked import Asked
    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.manifests.manifest import Manifest
    from fastseg_edit.batching.manifests.policy import Policy
    from fastseg_edit.batching.workers.crew import Crew
    from fastseg_edit.batching.workers.messages import Setup
    from fastseg_edit.errors import FastsegError

MOST_NAMED = 10_000
"""So many items are remembered, to name the nearest to one that there is not."""


@dataclass
class Job:
    """A job that can be run.

    Attributes:
        manifest: What is to be done.
        policy: How workers are dealt with. None for what the manifest says. With 0 workers there
            are as many as the process may use cores, and one where a model takes a device.
        recheck: True to hash again what seems not to have changed.
        asked: What it was asked for with, to be written down. None for nothing.
        again: Which items are to be done, whatever was done before.
        selects: True to make masks only; see `selecting`.
        workers: What workers are told besides: of the fields of `Setup`.
        further: Gives items that come later, each with why it cannot be done, if that is known;
            None where the next one is not there yet.
        begun: Told how many items there are, before the first is given to a worker.
        place: The folder of the journal, for results at a URL. None for one in the user's cache.
    """

    manifest: Manifest
    policy: Policy | None = None
    recheck: bool = False
    asked: Asked | None = None
    again: Again = EVERYTHING
    selects: bool = False
    workers: Mapping[str, Any] = field(default_factory=dict)
    further: Callable[[], Iterator[tuple[Item, FastsegError | None] | None]] = lambda: iter(())
    begun: Callable[[int], None] = lambda _count: None
    place: Path | None = None

    def __post_init__(self) -> None:
        if self.selects:
            self.manifest = selecting.manifest(self.manifest)

    @property
    def folder(self) -> Path:
        """The folder of the journal."""
        return travelling.folder(self.manifest.results, self.place)

    def run(
        self,
        stopped: Callable[[], bool] = lambda: False,
        watch: Callable[[Item, str], None] = lambda _item, _stage: None,
        crew: Callable[[Setup], Crew[Any]] = Processes,
    ) -> Generator[Outcome]:
        """Do what is not done yet.

        Args:
            stopped: Asked now and then whether to end.
            watch: Told which item begins which stage.
            crew: Makes what workers come from.

        Yields:
            What came of each item, as soon as that is settled.

        Raises:
            DocumentError: With all mistakes of the manifest, before anything is done.
            OutputError: If nothing can be written.
            Cancelled: If it is to end before it began.
        """
        where = self.manifest.results.where
        with closing(Spool()) as spool:
            policy = self._listed(spool, stopped)
            with travelling.opened(self.manifest.results, self.place) as journal:
                if self.asked is not None:
                    kept.write(self.manifest.results, self.asked)
                run = Run(self, journal, spool, policy, stopped)
                for outcome in run.outcomes(watch, crew):
                    yield replace(outcome, where=where)

    def planned(self) -> Generator[Planned]:
        """Check every item, and yield it. Errors as of `checking.check`."""
        path = travelling.looked_at(self.manifest.results, self.place)
        with ExitStack() as stack:
            journal, instead = None, None
            if path.exists():
                journal = stack.enter_context(closing(Journal(path, readonly=True)))
            if self.selects:
                instead = stack.enter_context(closing(selecting.Selecting())).of
            yield from checking.check(self.manifest, journal, instead)

    def _listed(self, spool: Spool, stopped: Callable[[], bool]) -> Policy:
        """Check every item, and put it aside. Return how workers are to be dealt with."""
        policy, workers, ids = self.policy or self.manifest.policy(), Workers(), set[str]()
        for planned in self.planned():
            if stopped():
                raise Cancelled("the job was stopped before it began")
            spool.add(planned.item, planned.problem)
            if not policy.jobs:
                workers.see(planned.item)
            if self.again.ids and (planned.item.id in self.again.ids or len(ids) < MOST_NAMED):
                ids.add(planned.item.id)
        self.again.check(ids)
        return policy if policy.jobs else replace(policy, jobs=workers.count())
