"""Where items are done: one reads, one selects and paints, and one writes, all at a time.

    orders -> [read] -> [select, paint] -> [write] -> what was made

A photo is read while the one before it is painted and the one before that is written. The
libraries that do the work let other threads run meanwhile.

Every order is answered by exactly one `Made`: whatever a stage raises is an error of the item. Only
where the workshop itself fails, or nobody hears it any more, does `run` raise; then the process is
to end, and whoever gave the orders gives them to another one.
"""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

from fastseg_edit import photos, sources
from fastseg_edit.batching.manifests.keys import Keys, hash_of
from fastseg_edit.batching.manifests.lately import Lately
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.batching.workers import finishing, making
from fastseg_edit.batching.workers.bench import Bench
from fastseg_edit.batching.workers.budget import Budget
from fastseg_edit.batching.workers.messages import At, Order, Part, Setup
from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastseg_edit.batching.workers.messages import Message


class Workshop:
    """Does items, one after the other or several together.

    Args:
        setup: What it has to know.
        tell: Takes what is to be said; called from several threads.
    """

    def __init__(self, setup: Setup, tell: Callable[[Message], None]) -> None:
        self.setup, self.tell = setup, tell
        self.budget = Budget(setup.pixels)
        self._orders = Queue[Order | None]()
        self._read = Queue[Bench | None]()
        self._painted = Queue[Bench | None]()
        self._keys = Keys(self._hash_of)
        self._hashes = Lately[str]()
        self._broken: BaseException | None = None

    def take(self, order: Order | None) -> None:
        """Take an order, or None for the end. Returns at once."""
        self._orders.put(order)

    def run(self) -> None:
        """Do what is ordered until the end comes.

        Raises:
            BaseException: What the workshop itself failed with, or `tell` did.
        """
        loops = (self._reading, self._writing)
        helpers = [Thread(target=self._kept, args=(each,), daemon=True) for each in loops]
        for helper in helpers:
            helper.start()
        while group := self._group():
            self._do(group)
        self._painted.put(None)
        for helper in helpers:
            if self._broken is None:
                helper.join()
        if self._broken is not None:
            raise self._broken

    def _kept(self, loop: Callable[[], None]) -> None:
        """Run a loop. If it fails, let `run` end and say so."""
        try:
            loop()
        except BaseException as error:
            self._broken = error
            self._read.put(None)

    def _group(self) -> list[Bench]:
        """Wait for the next photo, and take those with it that are read already."""
        first = self._read.get()
        group = [first] if first and not self._broken else []
        while group and len(group) < self.setup.group:
            try:
                further = self._read.get_nowait()
            except Empty:
                break
            if further is None:
                self._read.put(None)  # the end, for the next call
                break
            group.append(further)
        return group

    def _reading(self) -> None:
        while order := self._orders.get():
            bench = Bench(order)
            self.tell(At(order.attempt, "read"))
            with bench.stage("read"):
                self._look(bench)
            self.budget.take(bench.room)
            if bench.error is None:
                with bench.stage("read"):
                    self._open(bench)
            self._read.put(bench)
        self._read.put(None)

    def _look(self, bench: Bench) -> None:
        """Look how large the photo is, before it is in memory."""
        item, store = bench.order.item, self.setup.photos
        state, settings = store.state(item.photo), item.requests[0].settings
        bench.source = store.source(item.photo)
        if state is not None and store.settled(state):
            bench.hashes = ((item.photo, state, ""),)
        head = photos.look(bench.source, sources.limits_of(settings), settings.get("frame"))
        bench.room = head.size[0] * head.size[1]

    def _open(self, bench: Bench) -> None:
        item = bench.order.item
        bench.opened = sources.open_source(bench.source, item.requests[0].settings)
        sha256 = bench.opened.photo.sha256
        bench.hashes = tuple((name, state, sha256) for name, state, _ in bench.hashes)
        # Before masks are read: if one is replaced just now, the key is that of the old one, and
        # the next run does the item again.
        with suppress(FastsegError, OSError):  # what cannot be read, the next line tells better
            bench.key = self._keys.of(item, sha256)
        bench.specs = tuple(request.spec(bench.opened) for request in item.requests)

    def _do(self, group: list[Bench]) -> None:
        """Select each, and paint together."""
        for bench in group:
            if bench.error is None:
                self.tell(At(bench.order.attempt, "select"))
                with bench.stage("select"):
                    making.select(bench)
        waiting = [bench for bench in group if bench.begun is not None]
        for bench in waiting:
            self.tell(At(bench.order.attempt, "paint"))
        making.paint(waiting)
        for bench in group:
            self._painted.put(bench)

    def _writing(self) -> None:
        while bench := self._painted.get():
            parts, facts = tuple[Part, ...](), dict[str, Any]()
            if bench.edited is not None and bench.error is None:
                self.tell(At(bench.order.attempt, "write"))
                with bench.stage("write"):
                    parts, facts = finishing.written(bench, self.setup)
            bench.empty()
            self.budget.give(bench.room)
            self.tell(bench.made(parts, facts))

    def _hash_of(self, path: Path) -> str:
        """Return the hash of a mask or a reference, which many items may share."""
        folder = Folder(path.parent)
        state = folder.state(path.name)
        if state is None or not folder.settled(state):
            return hash_of(path)
        return self._hashes.get((path, state), lambda: hash_of(path))
