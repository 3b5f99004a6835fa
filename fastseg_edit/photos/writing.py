"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import itertools
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from fastseg_edit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NAME = 255
"""Bytes that common file systems allow in a name."""

NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES})
"""How file systems say that they have no hard links."""


def must_have_a_folder(path: Path) -> None:
    """Refuse a name in a folder that does not exist.

    Raises:
        OutputError: With E_OUTPUT_WRITE.
    """
    missing = False
    with suppress(OSError, ValueError):  # where nobody can tell, writing will
        missing = not path.parent.exists()
    if missing:
        raise _no_folder(path)


def write_atomically(
    path: str | Path, content: bytes, overwrite: bool = False, sources: Iterable[str | Path] = ()
) -> None:
    """Write a file so that nobody ever sees a part of it.

    The bytes go to a temporary file in the same folder, then to the disk, and only then under
    their name. If anything fails, the temporary file is removed and what was there before stays.

    Args:
        path: Where to.
        content: The bytes.
        overwrite: Whether a file of this name may be replaced.
        sources: Files that are read. They are never replaced, by whatever name they go.

    Raises:
        OutputError: E_OUTPUT_IS_INPUT, E_OUTPUT_EXISTS, or E_OUTPUT_WRITE.
    """
    path = Path(path)
    try:
        _check(path.resolve(), sources)
        target = path.resolve() if overwrite else path
        temporary = _write_temporary(target, content)
        try:
            _publish(temporary, target, overwrite=overwrite)
        finally:
            temporary.unlink(missing_ok=True)
    except FileExistsError as error:
        hint = "Choose another name, or overwrite it with --if-exists overwrite."
        raise OutputError("E_OUTPUT_EXISTS", f"{path} is there already", hint) from error
    except OutputError:
        raise
    except (OSError, ValueError, RuntimeError) as error:  # a NUL in the name; a loop of links
        raise _not_writable(path, error) from error
    with suppress(OSError):  # the file is in place; some file systems cannot sync a folder
        _sync_folder(target.parent)


def _check(path: Path, sources: Iterable[str | Path]) -> None:
    if path.is_dir():
        raise OutputError("E_OUTPUT_WRITE", f"{path} is a folder", "Give the name of a file.")
    if not path.exists():
        return
    for source in sources:
        if Path(source).exists() and path.samefile(source):
            message = f"{path} is the file that is read ({source})"
            raise OutputError("E_OUTPUT_IS_INPUT", message, "Choose another name for the output.")


def _write_temporary(target: Path, content: bytes) -> Path:
    for number in itertools.count():
        temporary = _temporary(target, number)
        with suppress(FileExistsError):  # another thread writes to the same name
            descriptor = os.open(
                temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666
            )
            break
    try:
        with os.fdopen(descriptor, "wb") as file:
            if target.is_file():
                os.chmod(temporary, target.stat().st_mode)  # noqa: PTH101
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _temporary(target: Path, number: int) -> Path:
    ending = f".{os.getpid()}{f'.{number}' if number else ''}.part"
    name = os.fsencode(target.name)[: MAX_NAME - len(ending) - 1]
    return target.with_name(f".{os.fsdecode(name)}{ending}")


def _publish(temporary: Path, target: Path, *, overwrite: bool) -> None:
    if overwrite:
        temporary.replace(target)
        return
    try:
        target.hardlink_to(temporary)  # unlike a rename, it fails if the name is taken
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL))  # takes the name
        temporary.replace(target)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_writable(path: Path, error: Exception) -> OutputError:
    if not path.parent.is_dir():
        return _no_folder(path)
    reason = getattr(error, "strerror", None) or str(error)
    return OutputError("E_OUTPUT_WRITE", f"{str(path)!r} cannot be written: {reason}")


def _no_folder(path: Path) -> OutputError:
    hint = f"Make it first: mkdir -p {str(path.parent)!r}"
    return OutputError("E_OUTPUT_WRITE", f"the folder {path.parent} does not exist", hint)
