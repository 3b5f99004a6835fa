"""Signals to end: at the first what is at work is let go, at the second all is dropped."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
"""What users, systems and terminals that close send. Some systems do not know all of them."""


class Stop:
    """Whether somebody wants the command to end.

    Attributes:
        asked: True once somebody does.
    """

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        """Tell whether it is to end."""
        return self.asked

    def hear(self, _number: int, _frame: Any) -> None:
        """Take a signal."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


@contextmanager
def heard() -> Iterator[Stop]:
    """Hear signals, and let them do what they did before in the end.

    Yields:
        What tells whether one came. Outside of the main thread, where none can be heard, never.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, stop.hear) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
