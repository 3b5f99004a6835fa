"""One run of a job, once everything is checked and its journal is open."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import fastseg_edit
from fastseg_edit import assembly
from fastseg_edit.batching.driving.driver import Driver
from fastseg_edit.batching.driving.memory import Memory
from fastseg_edit.batching.driving.outcomes import Outcome
from fastseg_edit.batching.workers.messages import Made, Setup
from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastseg_edit.batching.driving.spool import Spool
    from fastseg_edit.batching.jobs import Job
    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.manifests.policy import Policy
    from fastseg_edit.batching.workers.crew import Crew

CHUNK = 1000
"""Items that are noted in the journal together."""

AHEAD = 200
"""Items whose files are asked for together where each takes long."""

LOOKED_AT = 100
"""Items by which it is judged which models a job needs."""


@dataclass
class Run:
    """One run of a job.

    Attributes:
        job: What is asked for.
        journal: Where it is written down.
        spool: The items, checked.
        policy: How workers are dealt with.
        stopped: Asked now and then whether to end.
    """

    job: Job
    journal: Journal
    spool: Spool
    policy: Policy
    stopped: Callable[[], bool]
    _number: int = field(default=0, init=False)
    _cannot: dict[int, FastsegError] = field(default_factory=dict, init=False)

    def outcomes(
        self, watch: Callable[[Item, str], None], crew: Callable[[Setup], Crew[Any]]
    ) -> Iterator[Outcome]:
        """Do what is to be done, and yield what comes of it. Arguments as of `Job.run`."""
        stores = self.job.manifest.photos, self.job.manifest.results
        self._number = self.journal.begin(self._about())
        memory = Memory(self.journal, *stores, self.job.recheck)
        memory.recover()
        self.job.begun(self._noted())
        setup = Setup(*stores, self._number, **self.job.workers)
        if self.policy.jobs > 1:
            setup = replace(setup, preload=self._needed())
        policy = _for_groups(self.policy, setup.group)
        driver = Driver(
            self.journal, stores[1], crew(setup), policy, self._number, self.stopped, watch
        )
        yield from driver.outcomes(self._items(memory), self._known(memory))
        self.journal.end(self._number)

    def _needed(self) -> tuple[str, ...]:
        """Return the modules that paint the first items, which workers need not import each."""
        built = dict[str, str]()
        for item, _ in islice(self.spool, LOOKED_AT):
            for request in item.requests:
                settings = {k: v for k, v in request.settings.items() if k != "seed"}
                asked = request.operation, settings, False, request.caption
                if (key := repr(asked)) not in built:
                    built[key] = ""
                    with suppress(FastsegError):  # doing the item will tell why
                        _, painting = assembly.build(*asked)
                        built[key] = assembly.painter_module(painting, request.caption)
        return tuple(dict.fromkeys(filter(None, built.values())))

    def _noted(self) -> int:
        """Note all items in the journal, and return how many of them are to be looked at."""
        wanted = 0
        noted: list[Item] = []
        for item, _ in self.spool:
            noted.append(item)
            wanted += self._wants(item)
            if len(noted) == CHUNK:
                self.journal.enlist(noted, self._number)
                noted.clear()
        self.journal.enlist(noted, self._number)
        return wanted

    def _wants(self, item: Item) -> bool:
        again = self.job.again
        return not again or again.wants(item, self.journal.last(item.id))

    def _items(self, memory: Memory) -> Iterator[Item | None]:
        """Yield the items to be done, then those that come later."""
        yield from chain(self._listed(memory), self._arriving())

    def _listed(self, memory: Memory) -> Iterator[Item | None]:
        for item, problem in self._looked_up(memory):
            if not self._wants(item):
                continue
            if problem is not None:
                self._cannot[item.number] = problem
            yield item
            if problem is not None and self.policy.max_failures:
                yield None  # so that it is told, and counted, before the next one begins

    def _looked_up(self, memory: Memory) -> Iterator[tuple[Item, FastsegError | None]]:
        """Yield all items, once it is known of several how things stand with their files."""
        items = iter(self.spool)
        while several := [*islice(items, AHEAD)]:
            if not self.job.again:
                memory.look_ahead(item for item, _ in several)
            yield from several

    def _arriving(self) -> Iterator[Item | None]:
        for arrived in self.job.further():
            if arrived is None:
                yield None
                continue
            item, problem = arrived
            if problem is not None:
                self._cannot[item.number] = problem
            self.journal.enlist([item], self._number)
            yield item

    def _known(self, memory: Memory) -> Callable[[Item], Outcome | None]:
        """Return what tells how an item ended that need not be given to a worker."""

        def known(item: Item) -> Outcome | None:
            if problem := self._cannot.pop(item.number, None):
                return self._refused(item, problem)
            return None if self.job.again else memory.outcome(item)

        return known

    def _refused(self, item: Item, problem: FastsegError) -> Outcome:
        """Note that an item cannot be done."""
        attempt = self.journal.begun(item, self._number)
        about = (problem.code, problem.message, problem.hint)
        self.journal.ended(Made(attempt, "failed", error=about), 0.0, {})
        return Outcome(item, "failed", error=problem)

    def _about(self) -> dict[str, Any]:
        return {
            "origin": self.job.manifest.origin,
            "items": self.spool.count,
            "version": fastseg_edit.__version__,
            "machine": platform.node(),
            "folder": os.getcwd(),  # noqa: PTH109 (as a text)
        }


def _for_groups(policy: Policy, group: int) -> Policy:
    """Let workers have so many photos that one group is painted while the next one is read."""
    if group == 1:
        return policy
    return replace(policy, ahead=max(policy.ahead, 2 * group))
