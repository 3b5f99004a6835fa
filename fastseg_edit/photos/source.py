"""The bytes of a file, or an error that says why there are none."""

from __future__ import annotations

import difflib
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from fastseg_edit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

Source: TypeAlias = "str | Path | bytes"
"""A path, or what a file holds."""

FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""How files are opened. Without O_NONBLOCK, a pipe would wait for somebody to write into it."""


def name_of(source: Source) -> str:
    """How messages call a source."""
    return "the given bytes" if isinstance(source, bytes) else os.fspath(source)


def read(source: Source, max_bytes: int) -> bytes:
    """Read a regular file as a whole.

    A pipe or a device is refused without waiting for it.

    Raises:
        InputError: E_INPUT_MISSING, E_INPUT_ACCESS, E_INPUT_IS_DIR, E_INPUT_FORMAT for what is no
            regular file, E_TOO_MANY_BYTES, E_INPUT_EMPTY.
    """
    name = name_of(source)
    if isinstance(source, bytes):
        found = source
    else:
        with opened(source, name, max_bytes) as (file, _):
            found = file.read(max_bytes + 1)
    _check_size(len(found), name, max_bytes)
    if not found:
        raise InputError("E_INPUT_EMPTY", f"{name} has no bytes", "Copy the photo again.")
    return found


@contextmanager
def opened(path: str | Path, name: str, max_bytes: int) -> Iterator[tuple[IO[bytes], int]]:
    """Open a regular file, and tell how many bytes it has. Errors as for `read`."""
    number, stored = descriptor(path, name, max_bytes)
    try:
        with open(number, "rb", closefd=False) as file:
            yield file, stored
    except OSError as error:
        raise no_access(name, error) from error
    finally:
        os.close(number)


def descriptor(path: str | Path, name: str, max_bytes: int) -> tuple[int, int]:
    """Open a regular file as a number to be closed, and tell how many bytes it has.

    Errors as for `read`.
    """
    try:
        number = os.open(path, FLAGS)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(
            "E_INPUT_MISSING", f"{name} does not exist", _nearest(Path(path))
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise no_access(name, error) from error
    try:
        status = os.fstat(number)
        _check_kind(status, name, max_bytes)
    except (OSError, InputError) as error:
        os.close(number)
        raise error if isinstance(error, InputError) else no_access(name, error) from error
    return number, status.st_size


def _check_kind(status: os.stat_result, name: str, max_bytes: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        hint = "Give one photo."
        raise InputError("E_INPUT_IS_DIR", f"{name} is a folder", hint)
    if not stat.S_ISREG(status.st_mode):
        raise InputError("E_INPUT_FORMAT", f"{name} is a pipe or a device, not a file")
    _check_size(status.st_size, name, max_bytes)


def _check_size(size: int, name: str, max_bytes: int) -> None:
    if size > max_bytes:
        wanted = f"{name} has {size / 1e6:.1f} MB, more than {max_bytes / 1e6:.1f} MB"
        raise InputError("E_TOO_MANY_BYTES", wanted, "Raise the limit with --max-bytes.")


def no_access(name: str, error: Exception) -> InputError:
    """Return what the system says of a file that cannot be read."""
    reason = getattr(error, "strerror", None) or str(error)
    return InputError("E_INPUT_ACCESS", f"{name!r} cannot be read: {reason}")


def _nearest(path: Path) -> str:
    names: list[str] = []
    with suppress(OSError):
        names = [entry.name for entry in path.parent.iterdir()]
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]!r}?"
    return "" if names else f"The folder {str(path.parent)!r} is not there, or is empty."
