"""One item on its way through a workshop."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.workers.messages import Made
from fastseg_edit.errors import FastsegError, NoObjectError, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.batching.workers.messages import Order, Part, State
    from fastseg_edit.edited import Edited
    from fastseg_edit.sequence import Begun
    from fastseg_edit.sources import Opened, Source
    from fastseg_edit.specs import EditSpec
    from fastseg_edit.together import Selected


@dataclass
class Bench:
    """One item on its way through a workshop.

    Attributes:
        order: What is to be done.
        room: How many pixels it takes up in memory.
        source: Where the photo is opened from.
        opened: The photo, once it is read.
        specs: What is to be done to it.
        begun: What is to be painted: one edit that is selected, or several steps.
        key: What the result depends on.
        seconds: How long each stage took.
        error: Why it cannot be done.
        state: How it ends, if that is settled before it is written.
        edited: What came of it.
        gated: Which bounds its mask missed, if it did.
        facts: What is worth knowing of a mask that was not painted for that.
        hashes: As of `Made`.
    """

    order: Order
    room: int = 0
    source: Source = None
    opened: Opened | None = None
    specs: tuple[EditSpec, ...] = ()
    begun: Selected | list[Begun] | None = None
    key: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    error: FastsegError | None = None
    state: State = "failed"
    edited: Edited | None = None
    gated: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    hashes: tuple[tuple[str, str, str], ...] = ()

    def empty(self) -> None:
        """Let go of everything large."""
        self.source = self.opened = self.begun = self.edited = None
        self.specs = ()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a stage, and note why it fails."""
        start = perf_counter()
        try:
            yield
        except BaseException as error:  # no user is here: whatever it is, it is of this item only
            self.error = told(error)
        finally:
            self.spent(name, perf_counter() - start)

    def spent(self, stage: str, seconds: float) -> None:
        """Note what a stage took, or a part of it."""
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + seconds, 4)

    def came(self, edited: Edited) -> None:
        """Note what came of it."""
        self.edited = edited
        self.state = "unchanged" if edited.state == "unchanged" else "done"

    def made(self, parts: tuple[Part, ...], facts: dict[str, Any]) -> Made:
        """Return what is to be told, now that it is at its end."""
        facts = {**facts, **self.facts, "seconds": self.seconds}
        error = self.error
        if error is None and self.state == "failed":
            error = FastsegError("E_INTERNAL", "nothing came of it")
        state, about = self.state, ("E_GATE", self.gated, "") if self.gated else None
        if error is not None:
            state = "no-object" if isinstance(error, NoObjectError) else "failed"
            about, parts = (error.code, error.message, error.hint), ()
        if parts:
            facts["files"] = len(parts)
        hashes = tuple(each for each in self.hashes if each[-1])
        return Made(self.order.attempt, state, self.key, parts, facts, about, hashes)
