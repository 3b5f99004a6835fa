"""A job from its manifest to its last outcome."""

from __future__ import annotations

import os
import pickle
import platform
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

import fastseg_edit
from fastseg_edit.batching import listing, locks
from fastseg_edit.batching.crew import Processes
from fastseg_edit.batching.driver import Driver
from fastseg_edit.batching.journal import Journal
from fastseg_edit.batching.memory import Memory
from fastseg_edit.batching.messages import Setup
from fastseg_edit.batching.stores import OURS
from fastseg_edit.requests import Problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastseg_edit.batching.crew import Crew
    from fastseg_edit.batching.driver import Policy
    from fastseg_edit.batching.items import Item
    from fastseg_edit.batching.manifest import Manifest
    from fastseg_edit.batching.outcomes import Outcome

CHUNK = 1000
"""Items that are noted in the journal together."""


class Job:
    """A job that can be run.

    Args:
        manifest: What is to be done.
        policy: How workers are dealt with. None for what the manifest says.
        recheck: True to hash again what seems not to have changed.
    """

    def __init__(
        self, manifest: Manifest, policy: Policy | None = None, recheck: bool = False
    ) -> None:
        self.manifest, self.recheck = manifest, recheck
        self.policy = policy or manifest.policy()
        self.folder = Path(manifest.results.where) / OURS

    def run(
        self,
        stopped: Callable[[], bool] = lambda: False,
        watch: Callable[[Item, str], None] = lambda _item, _stage: None,
        crew: Callable[[Setup], Crew[Any]] = Processes,
    ) -> Iterator[Outcome]:
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
        """
        with TemporaryFile() as spool, locks.held(self.folder / "lock"):
            count = self._listed(spool)
            journal = Journal(self.folder / "journal.sqlite")
            try:
                run = journal.begin(self._about(count))
                self._note(journal, spool, run)
                memory = Memory(journal, self.manifest.photos, self.manifest.results, self.recheck)
                memory.recover()
                setup = Setup(self.manifest.photos, self.manifest.results, run)
                driver = Driver(
                    journal,
                    self.manifest.results,
                    crew(setup),
                    self.policy,
                    run,
                    stopped,
                    watch,
                )
                yield from driver.outcomes(_stored(spool), memory.outcome)
                journal.end(run)
            finally:
                journal.close()

    def _listed(self, spool: IO[bytes]) -> int:
        """Check every item, and put it aside. Return how many there are."""
        problems, count = Problems(), 0
        for item in listing.items(self.manifest, problems):
            pickle.dump(item, spool)
            count += 1
        problems.refuse(self.manifest.origin)
        return count

    def _note(self, journal: Journal, spool: IO[bytes], run: int) -> None:
        items = list[Any]()
        for item in _stored(spool):
            items.append(item)
            if len(items) == CHUNK:
                journal.enlist(items, run)
                items.clear()
        journal.enlist(items, run)

    def _about(self, count: int) -> dict[str, Any]:
        return {
            "origin": self.manifest.origin,
            "items": count,
            "version": fastseg_edit.__version__,
            "machine": platform.node(),
            "folder": os.getcwd(),  # noqa: PTH109 (as a text)
        }


def _stored(spool: IO[bytes]) -> Iterator[Item]:
    """Yield the items that were put aside: our own file, which nobody else can reach."""
    spool.seek(0)
    while True:
        try:
            yield pickle.load(spool)
        except EOFError:
            return
