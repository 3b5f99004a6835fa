"""One run at a time in a folder of results."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fastseg_edit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock that the system lets go of when the process ends, however it does.

    Args:
        path: The file of the lock. It stays.

    Raises:
        OutputError: With E_BUSY and the number of the process, if another one holds it; with
            E_OUTPUT_WRITE, if the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        message = f"{str(path)!r} cannot be written: {error.strerror}"
        raise OutputError("E_OUTPUT_WRITE", message) from error
    try:
        _take(path, descriptor)
        yield
    finally:
        os.close(descriptor)


def _take(path: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
        folder = path.parent.parent
        raise OutputError(
            "E_BUSY",
            f"process {owner} writes into {folder} already",
            "Wait for it to end, or name another folder.",
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
