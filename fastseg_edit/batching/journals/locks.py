"""One run at a time in a folder of results."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from fastseg_edit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOOKS = 1.0
"""Seconds after which whoever only looks at a lock has surely let go of it."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock that the system lets go of when the process ends, however it does.

    Args:
        path: The file of the lock. It stays.

    Raises:
        OutputError: With E_BUSY and the number of the process, if another one holds it; with
            E_OUTPUT_WRITE, if the file cannot be made.
    """
    descriptor = _taken(path)
    try:
        with suppress(OSError):  # for people only, and the disk may be full
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> str:
    """Return the number of the process that holds a lock, "unknown", or "" if none does."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _owner(descriptor)
    finally:
        os.close(descriptor)
    return ""


def _owner(descriptor: int) -> str:
    return os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"


def _taken(path: Path) -> int:
    """Return the open file of the lock, once it is ours and still has its name."""
    while True:
        descriptor = _opened(path)
        try:
            _take(path, descriptor)
            with suppress(FileNotFoundError):  # somebody removed the folder meanwhile
                if os.path.samestat(os.fstat(descriptor), path.stat()):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        message = f"{str(path)!r} cannot be written: {error.strerror}"
        raise OutputError("E_OUTPUT_WRITE", message) from error


def _take(path: Path, descriptor: int) -> None:
    until = time.monotonic() + LOOKS
    try:
        while not _is_ours(descriptor, time.monotonic() < until):
            time.sleep(LOOKS / 100)
    except BlockingIOError as error:
        raise OutputError(
            "E_BUSY",
            f"process {_owner(descriptor)} writes into {path.parent.parent} already",
            "Wait for it to end, or name another folder.",
        ) from error
    except OSError as error:
        message = f"{str(path)!r} cannot be locked: {error.strerror}"
        raise OutputError("E_OUTPUT_WRITE", message) from error


def _is_ours(descriptor: int, patient: bool) -> bool:
    """Take a lock. Return False if somebody only looks at it, as `holder` does for an instant.

    Args:
        descriptor: The open file.
        patient: False to take no excuse.

    Raises:
        BlockingIOError: If another process holds it.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not patient:
            raise
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        return False
    return True
