"""A process that has imported everything, and forks workers.

It is a fresh interpreter with one thread, so forking it is safe, whatever the program that runs
the job has loaded and started; and a worker is there at once, without importing anything again.
Libraries of networks may be imported before forking, too: they start threads, and open devices,
when a network first runs.

    python -m fastseg_edit.batching.workers.nursery NUMBER [MODULE...]

NUMBER is that of an open socket. For each socket that comes over it, a worker is forked that
serves it, and its process number goes back. A process number that comes is waited for, and how it
ended goes back. MODULES are imported before.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import TYPE_CHECKING

import cv2

from fastseg_edit.batching.workers.signs import NUMBER
from fastseg_edit.batching.workers.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.batching.workers.messages import Message, Setup


def main(number: int, modules: Sequence[str] = ()) -> None:
    """Fork workers until nobody wants any more.

    Args:
        number: Of the socket.
        modules: To be imported before. What is not there, a worker will miss and say so.
    """
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)  # whoever runs the job decides when it ends
    cv2.setNumThreads(1)  # there are as many workers as are to be busy
    for module in modules:
        with suppress(ImportError):
            import_module(module)
    with suppress(ConnectionError):  # whoever runs the job may be killed at any moment
        _answer(socket.socket(fileno=number))


def _answer(control: socket.socket) -> None:
    """Fork a worker, or say how one ended, until nobody asks any more."""
    while True:
        told, received, *_ = socket.recv_fds(control, NUMBER.size, 1)
        if not told:
            return
        if received:
            control.sendall(NUMBER.pack(_fork(control, received[0])))
        else:
            control.sendall(NUMBER.pack(_ended(*NUMBER.unpack(told))))


def _ended(process: int) -> int:
    """Wait for a worker, and return its exit status: that of a signal below 0."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    except ChildProcessError:
        return 0


def _fork(control: socket.socket, number: int) -> int:
    process = os.fork()
    if process:
        os.close(number)
        return process
    try:
        control.close()
        serve(Connection(number))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def serve(connection: Connection) -> None:
    """Do what is ordered over a connection until it closes."""
    try:
        setup: Setup = connection.recv()
    except (EOFError, OSError):
        return
    lock = Lock()

    def tell(message: Message) -> None:
        try:
            with lock:
                connection.send(message)
        except OSError:  # nobody listens any more
            os._exit(0)

    workshop = Workshop(setup, tell)
    Thread(target=_listen, args=(connection, workshop), daemon=True).start()
    workshop.run()


def _listen(connection: Connection, workshop: Workshop) -> None:
    try:
        while True:
            workshop.take(connection.recv())
    except (EOFError, OSError):
        os._exit(0)  # the job is over, and with it all that is half done
    except BaseException:  # an order that cannot be read: whoever gave it shall not wait
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
