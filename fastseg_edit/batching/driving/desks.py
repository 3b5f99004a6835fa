"""What a worker has to do, and how far it is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.manifests.policy import Policy
    from fastseg_edit.batching.workers.crew import Hand
    from fastseg_edit.batching.workers.messages import At, Order


@dataclass
class Task:
    """An item that a worker has.

    Attributes:
        order: What it is to do.
        since: When it began, by the clock that never goes back. None if it has not.
        stage: What is done to it now. Empty if nothing was yet.
    """

    order: Order
    since: float | None = None
    stage: str = ""

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return 0.0 if self.since is None else time.monotonic() - self.since


@dataclass
class Desk:
    """A worker, and what it has to do.

    Attributes:
        hand: The worker.
        orders: What it has, by the number of the attempt.
        alone: True if it may have nothing else.
        stage: What it said last that it does. "starting" if it never said anything.
        last: When it said something last, or was given something to do.
        silent: True if it hangs, as seen when it was listened to last.
        warm: True once it has done an item.
    """

    hand: Hand
    orders: dict[int, Task] = field(default_factory=dict)
    alone: bool = False
    stage: str = "starting"
    last: float = field(default_factory=time.monotonic)
    silent: bool = False
    warm: bool = False

    def free(self, ahead: int) -> bool:
        """Whether it can take one more."""
        return not self.alone and len(self.orders) <= ahead

    def take(self, order: Order, alone: bool = False) -> None:
        """Give it one more."""
        if not self.orders:
            self.last = time.monotonic()
        self.alone = alone
        self.orders[order.attempt] = Task(order)
        self.hand.give(order)

    def at(self, at: At) -> Item | None:
        """Note what it does now, and return to which item. None if it has none like that."""
        self.last = time.monotonic()
        self.stage = at.stage
        task = self.orders.get(at.attempt)
        if task is None:
            return None
        task.stage = at.stage
        if task.since is None:
            task.since = self.last
        return task.order.item

    def done(self, attempt: int) -> Task | None:
        """Note that it is done with an item, and return that. None if it has none like that."""
        self.last = time.monotonic()
        self.warm = True
        task = self.orders.pop(attempt, None)
        self.alone = self.alone and bool(self.orders)
        return task

    def begun(self) -> list[Task]:
        """Return what it has begun."""
        return [task for task in self.orders.values() if task.since is not None]

    def hangs(self, policy: Policy) -> bool:
        """Whether it has something to do and has been silent for too long."""
        return bool(self.orders) and time.monotonic() - self.last > self._limit(policy)

    def overdue(self, policy: Policy) -> str:
        """Return in a few words what takes too long: the next item may be read meanwhile."""
        oldest = min(self.begun(), key=lambda task: task.since or 0.0, default=None)
        return (
            f"{oldest.stage if oldest else self.stage} took longer than {self._limit(policy):g} s"
        )

    def _limit(self, policy: Policy) -> float:
        """Return how long it may be silent, in seconds."""
        painted = sum(task.stage == "paint" for task in self.orders.values())
        return policy.timeout * max(1, painted) * (1 if self.warm else policy.warming)
