"""What a worker is that a cluster runs."""

from __future__ import annotations

import os
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

import cv2

from fastseg_edit.batching.workers import nurseries
from fastseg_edit.batching.workers.workshop import Workshop

if TYPE_CHECKING:
    from fastseg_edit.batching.workers.messages import Message, Order, Setup

MOST = 100
"""How many messages are passed on in one go."""


class Station:
    """A workshop, and somebody who passes on what it says.

    Args:
        setup: What the workshop has to know.
        folder: The current folder of the job, from which paths are reckoned.
    """

    def __init__(self, setup: Setup, folder: str) -> None:
        os.chdir(folder)
        os.environ.update(nurseries.limits(setup.threads))  # before networks are imported
        cv2.setNumThreads(1)
        self._said = SimpleQueue["Message"]()
        self._workshop = Workshop(setup, self._said.put)
        Thread(target=self._work, daemon=True).start()

    def take(self, order: Order) -> None:
        """Take an order. Returns at once."""
        self._workshop.take(order)

    def hear(self) -> list[Message]:
        """Wait until there is something to say, and return all of it."""
        said = [self._said.get()]
        with suppress(Empty):
            while len(said) < MOST:
                said.append(self._said.get_nowait())
        return said

    def _work(self) -> None:
        try:
            self._workshop.run()
        finally:
            os._exit(1)  # it runs as long as the actor does, or something is broken
