"""What a worker has to do, and how far it is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastseg_edit.batching.crew import Hand
    from fastseg_edit.batching.messages import At, Order


@dataclass
class Task:
    """An item that a worker has.

    Attributes:
        order: What it is to do.
        since: When it began, by the clock that never goes back. None if it has not.
    """

    order: Order
    since: float | None = None


@dataclass
class Desk:
    """A worker, and what it has to do.

    Attributes:
        hand: The worker.
        orders: What it has, by the number of the attempt.
        alone: True if it may have nothing else.
        stage: What it said last that it does.
        last: When it said something last, or was given something to do.
    """

    hand: Hand
    orders: dict[int, Task] = field(default_factory=dict)
    alone: bool = False
    stage: str = "starting"
    last: float = field(default_factory=time.monotonic)

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

    def at(self, at: At) -> None:
        """Note what it does now."""
        self.last = time.monotonic()
        self.stage = at.stage
        task = self.orders[at.attempt]
        if task.since is None:
            task.since = self.last

    def done(self, attempt: int) -> tuple[Order, float]:
        """Note that it is done with an item. Return which, and how many seconds that took."""
        self.last = time.monotonic()
        task = self.orders.pop(attempt)
        self.alone = self.alone and bool(self.orders)
        return task.order, self.last - (task.since or self.last)

    def hangs(self, timeout: float) -> bool:
        """Whether it has something to do and has been silent for too long."""
        return bool(self.orders) and time.monotonic() - self.last > timeout
