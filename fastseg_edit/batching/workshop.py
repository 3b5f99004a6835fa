"""Where items are done: one reads, one selects and paints, and one writes, all at a time.

    orders -> [read] -> [select, paint] -> [write] -> what was made

A photo is read while the one before it is painted and the one before that is written. The
libraries that do the work let other threads run meanwhile.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from queue import Empty, Queue
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

from fastseg_edit import quality, sequence, sources, together
from fastseg_edit.batching import finishing
from fastseg_edit.batching.budget import Budget
from fastseg_edit.batching.keys import Keys
from fastseg_edit.batching.messages import At, Made, Order, Setup
from fastseg_edit.errors import FastsegError, GateError, NoObjectError, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastseg_edit.batching.messages import Message, State
    from fastseg_edit.edited import Edited
    from fastseg_edit.sources import Opened
    from fastseg_edit.specs import EditSpec
    from fastseg_edit.together import Selected


@dataclass
class Bench:
    """One item on its way through the workshop.

    Attributes:
        order: What is to be done.
        opened: The photo, once it is read.
        specs: What is to be done to it.
        key: What the result depends on.
        seconds: How long each stage took.
        error: Why it cannot be done.
        state: How it ends, if that is settled before it is written.
        edited: What came of it.
        gated: Which bounds its mask missed, if it did.
        hashes: As of `Made`.
    """

    order: Order
    opened: Opened | None = None
    specs: tuple[EditSpec, ...] = ()
    key: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    error: FastsegError | None = None
    state: State = "failed"
    edited: Edited | None = None
    gated: str = ""
    hashes: tuple[tuple[str, str, str], ...] = ()

    @property
    def pixels(self) -> int:
        """How many pixels the photo has."""
        if self.opened is None:
            return 0
        height, width = self.opened.photo.size
        return height * width


class Workshop:
    """Does items, one after the other or several together.

    Args:
        setup: What it has to know.
        tell: Takes what is to be said; called from several threads.
    """

    def __init__(self, setup: Setup, tell: Callable[[Message], None]) -> None:
        self.setup, self.tell = setup, tell
        self._orders = Queue[Order | None]()
        self._read = Queue[Bench | None]()
        self._painted = Queue[Bench | None]()
        self._budget = Budget(setup.pixels)
        self._keys = Keys(self._hash_of)
        self._hashes: dict[tuple[Path, str], str] = {}

    def take(self, order: Order | None) -> None:
        """Take an order, or None for the end. Returns at once."""
        self._orders.put(order)

    def run(self) -> None:
        """Do what is ordered until the end comes."""
        helpers = [Thread(target=each, daemon=True) for each in (self._reading, self._writing)]
        for helper in helpers:
            helper.start()
        while group := self._group():
            self._do(group)
        self._painted.put(None)
        for helper in helpers:
            helper.join()

    def _group(self) -> list[Bench]:
        """Wait for the next photo, and take those with it that are read already."""
        first = self._read.get()
        group = [first] if first else []
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
            with self._stage(bench, "read"):
                self._open(bench)
            self._budget.take(bench.pixels)
            self._read.put(bench)
        self._read.put(None)

    def _open(self, bench: Bench) -> None:
        item = bench.order.item
        settings, photos = item.requests[0].settings, self.setup.photos
        state = photos.state(item.photo)
        bench.opened = sources.open_source(photos.source(item.photo), settings)
        if state is not None and photos.settled(state):
            bench.hashes = ((item.photo, state, bench.opened.photo.sha256),)
        bench.key = self._keys.of(item, bench.opened.photo.sha256)
        bench.specs = tuple(request.spec(bench.opened) for request in item.requests)

    def _do(self, group: list[Bench]) -> None:
        """Select each, and paint together."""
        selected: dict[int, Selected] = {}
        for number, bench in enumerate(group):
            if bench.error is None:
                with self._stage(bench, "select"):
                    if begun := self._select(bench):
                        selected[number] = begun
        for number in selected:
            self.tell(At(group[number].order.attempt, "paint"))
        start = perf_counter()
        for number, outcome in zip(selected, together.paint([*selected.values()]), strict=True):
            bench = group[number]
            bench.seconds["paint"] = (perf_counter() - start) / len(selected)
            if isinstance(outcome, FastsegError):
                bench.error = outcome
            else:
                bench.edited, bench.state = outcome, _state(outcome)
        for bench in group:
            self._painted.put(bench)

    def _select(self, bench: Bench) -> Selected | None:
        """Return what is to be painted; None if what comes of it is settled already."""
        if len(bench.specs) > 1:
            bench.edited = sequence.run(bench.opened, bench.specs)
            bench.state = _state(bench.edited)
            return None
        begun = together.select(bench.specs[0])
        if isinstance(begun, FastsegError):
            raise begun
        if not isinstance(begun, together.Selected):
            bench.edited, bench.state = begun, _state(begun)
            return None
        return begun if self._passes(bench, begun) else None

    def _passes(self, bench: Bench, begun: Selected) -> bool:
        """Tell whether a mask is as it must be; what becomes of the item if not is settled."""
        gates = bench.order.item.gates
        if not gates:
            return True
        found = together.found(begun)
        missed = gates.missed(begun.edit, quality.judge(found, begun.edit.candidates))
        if not missed:
            return True
        if gates.otherwise == "fail":
            raise GateError(missed)
        bench.gated = missed
        bench.state = "skipped" if gates.otherwise == "skip" else "unchanged"
        if gates.otherwise == "copy":
            bench.edited = begun.job.untouched(begun.edit.noted("W_GATE", missed))
        return False

    def _writing(self) -> None:
        while bench := self._painted.get():
            made = None
            with self._stage(bench, "write"):
                made = self._made(bench) if bench.error is None else None
            self._budget.give(bench.pixels)
            self.tell(replace(made or self._failed(bench), hashes=bench.hashes))

    def _made(self, bench: Bench) -> Made:
        attempt, item = bench.order
        if bench.edited is None:
            told_ = ("E_GATE", bench.gated, "") if bench.gated else None
            return Made(attempt, bench.state, bench.key, (), {"seconds": bench.seconds}, told_)
        start = perf_counter()
        made = finishing.files(item, bench.edited, self.setup.results.where)
        parts = tuple(
            finishing.part(
                self.setup.results, f"{self.setup.run}/{attempt}.{number}", name, content
            )
            for number, (name, content) in enumerate(made)
        )
        seconds = {**bench.seconds, "write": perf_counter() - start}
        facts = {**finishing.facts(bench.edited, seconds), "files": len(parts)}
        return Made(attempt, bench.state, bench.key, parts, facts)

    def _failed(self, bench: Bench) -> Made:
        error = bench.error or FastsegError("E_INTERNAL", "nothing came of it")
        state: State = "no-object" if isinstance(error, NoObjectError) else "failed"
        about = (error.code, error.message, error.hint)
        facts: dict[str, Any] = {"seconds": bench.seconds}
        return Made(bench.order.attempt, state, bench.key, (), facts, about)

    @contextmanager
    def _stage(self, bench: Bench, stage: str) -> Iterator[None]:
        """Say that a stage begins, measure it, and note why it fails."""
        self.tell(At(bench.order.attempt, stage))
        start = perf_counter()
        try:
            yield
        except Exception as error:  # one item must not stop the others
            bench.error = told(error)
        bench.seconds[stage] = round(perf_counter() - start, 4)

    def _hash_of(self, path: Path) -> str:
        """Return the hash of a mask or a reference, which many items may share."""
        found = path.stat()
        key = (path, f"{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}")
        if key not in self._hashes:
            self._hashes[key] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._hashes[key]


def _state(edited: Edited) -> State:
    return "unchanged" if edited.state == "unchanged" else "done"
