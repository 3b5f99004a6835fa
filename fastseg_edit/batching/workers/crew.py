"""Workers, as a job sees them."""

from __future__ import annotations

import os
import signal
import socket
import struct
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Protocol, TypeVar

from fastseg_edit.batching.workers import nurseries
from fastseg_edit.batching.workers.signs import NUMBER
from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.batching.workers.messages import Message, Order, Setup

PATIENCE = struct.pack("ll", 10, 0)
"""For how long a worker may take no more of an order, or say no more of a message, as seconds and
microseconds. One that is stopped in the middle would stop the job with it."""

SOON = 0.2
"""Seconds for which a new worker is waited for at a time, so that a user who stops is heard."""


class Hand(Protocol):
    """One worker."""

    def give(self, order: Order) -> None:
        """Let it do an item, after those that it has."""

    def heard(self) -> Message | None:
        """Return what it says. None if it is dead."""

    def dismiss(self) -> str:
        """End it, whatever it is doing, and return in a few words how it ended."""


Worker = TypeVar("Worker", bound=Hand)
"""The kind of worker that a crew has."""


class Crew(Protocol[Worker]):
    """Where workers come from."""

    def hire(self) -> Worker | None:
        """Return a new worker. None if it is not there yet: ask again."""

    def listen(self, hands: Sequence[Worker], seconds: float) -> Sequence[Worker]:
        """Wait until some have something to say or are dead, and return them."""

    def close(self) -> None:
        """Let go of everything. The workers are dismissed."""


class Process:
    """A worker that is a process of this machine.

    Args:
        connection: The way to it.
        number: Its process number.
        nursery: What it came from.
    """

    def __init__(self, connection: Connection, number: int, nursery: Processes) -> None:
        self.connection, self.number, self._nursery = connection, number, nursery
        self._end = ""

    def give(self, order: Order) -> None:
        """Let it do an item, after those that it has. Whether it lives, hearing it will tell."""
        try:
            self.connection.send(order)
        except OSError:  # half of it may be there, so nothing else can follow
            _kill(self.number)

    def heard(self) -> Message | None:
        """Return what it says. None if it is dead."""
        try:
            message: Message = self.connection.recv()
        except (EOFError, OSError):
            return None
        return message

    def dismiss(self) -> str:
        """End it, and return how it ended."""
        if not self._end:  # or else another process may have its number by now
            _kill(self.number)
            self.connection.close()
            self._end = _told(self._nursery.ended(self.number))
        return self._end


class Processes:
    """Workers that are processes of this machine; see `nursery`.

    Args:
        setup: What each has to know.
        own: True if the program has done nothing yet but to prepare the job: then its own process
            is forked where that has one thread only, which saves starting another interpreter.
    """

    def __init__(self, setup: Setup, own: bool = False) -> None:
        self._setup, self._own = setup, own
        self._nursery: int | None = None
        self._control: socket.socket | None = None
        self._asked: socket.socket | None = None
        self._answer = 0

    def hire(self) -> Process | None:
        """Return a new worker. None if it is not there yet, as the nursery still imports."""
        for _ in range(2):  # the nursery may have died, too
            with suppress(OSError):
                ours = self._asked or self._ask()
                if not self._answer and not wait([self._open()], SOON):
                    return None
                if number := self._answer or self._received():
                    self._asked, self._answer = None, 0
                    hand = Process(Connection(ours.detach()), number, self)
                    hand.connection.send(self._setup)
                    return hand
            self.close()
        raise FastsegError("E_WORKER", "no worker can be started")

    def listen(self, hands: Sequence[Process], seconds: float) -> list[Process]:
        """Wait until some have something to say or are dead, and return them."""
        by_connection = {hand.connection: hand for hand in hands}
        return [by_connection[each] for each in wait([*by_connection], seconds)]  # type: ignore[index]  # what was given comes back

    def ended(self, number: int) -> int | None:
        """Return the exit status of a worker. None if nobody knows."""
        with suppress(OSError):
            if self._control is not None:
                if self._asked and not self._answer:  # that comes first
                    self._answer = self._received() or 0
                self._control.sendall(NUMBER.pack(number))
                return self._received()
        return None

    def close(self) -> None:
        """End the nursery."""
        if self._asked is not None:
            self._asked.close()
            self._asked, self._answer = None, 0
            if self._nursery is not None:  # nobody waits for what it still imports
                _kill(self._nursery)
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._nursery is not None:
            with suppress(ChildProcessError):
                os.waitpid(self._nursery, 0)
            self._nursery = None

    def _received(self) -> int | None:
        """Return the number that the nursery says. None if it has died."""
        said = self._control.recv(NUMBER.size) if self._control else b""
        return int(NUMBER.unpack(said)[0]) if said else None

    def _ask(self) -> socket.socket:
        """Ask for a worker, and return the way to it."""
        control = self._open()
        self._asked, theirs = socket.socketpair()
        for way in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            self._asked.setsockopt(socket.SOL_SOCKET, way, PATIENCE)
        with theirs:
            socket.send_fds(control, [NUMBER.pack(0)], [theirs.fileno()])
        return self._asked

    def _open(self) -> socket.socket:
        if self._control is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                threads = nurseries.limits(self._setup.threads)
                begin = (
                    nurseries.forked if self._own and nurseries.is_alone() else nurseries.started
                )
                self._nursery = begin(theirs.fileno(), self._setup.preload, threads)
        return self._control


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _told(status: int | None) -> str:
    """Return in a few words how a process ended."""
    if status is None:
        return "it died"
    if status >= 0:
        return f"it ended with status {status}"
    if -status == signal.SIGKILL:
        return "it was killed, perhaps because memory ran out"
    with suppress(ValueError):
        return f"it died of {signal.Signals(-status).name}"
    return f"it died of signal {-status}"
