"""Where photos lie, and where results go."""

from __future__ import annotations

import errno
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fastseg_edit.batching.storage import files, naming
from fastseg_edit.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from fastseg_edit.sources import Source

OURS = ".fastseg-edit"
"""The folder of a job in the store of its results: the journal, the lock, and parts of files."""

SETTLED = 2.0
"""Seconds after which a file system surely gives a file that is written again another time."""


class Store(Protocol):
    """A place of files. Names are relative to it, with "/" between folders.

    A store travels to workers, so it holds no connection that cannot be pickled.
    """

    @property
    def near(self) -> bool:
        """Whether asking for the state of one file costs next to nothing."""

    @property
    def where(self) -> str:
        """The folder or the URL, for people."""

    def names(self, folder: str = "") -> Iterator[str]:
        """Yield the name of every file in a folder and in those below it, in order."""

    def source(self, name: str) -> Source:
        """Return what opens a file as a photo: its path, or its bytes."""

    def read(self, name: str, most: int | None = None) -> bytes:
        """Return the first bytes of a file, or all of them. Raises an InputError."""

    def state(self, name: str) -> str | None:
        """Return a text that changes when a file does. None if it is not there."""

    def states(self, names: Iterable[str]) -> dict[str, str | None]:
        """Return the states of several files, by name."""

    def settled(self, state: str) -> bool:
        """Tell whether the file would surely have another state if it were written now."""

    def put(self, name: str, content: bytes) -> None:
        """Write a file, down to the disk. Raises an OutputError."""

    def publish(self, names: Iterable[tuple[str, str]], fresh: Collection[str] = ()) -> None:
        """Give files their final names: each appears whole. Raises an OutputError.

        Args:
            names: For each file what it is called, and what it will be.
            fresh: Names of the latter kind under which nothing may lie yet: E_OUTPUT_EXISTS.
        """

    def discard(self, folder: str) -> None:
        """Remove a folder and what is in it, if it is there."""


@dataclass(frozen=True)
class Folder:
    """A folder on this machine, or one that all machines share.

    Attributes:
        path: The folder.
    """

    path: Path

    @property
    def near(self) -> bool:
        """Whether asking for the state of one file costs next to nothing."""
        return True

    @property
    def where(self) -> str:
        """The folder, for people."""
        return str(self.path)

    def names(self, folder: str = "") -> Iterator[str]:
        """Yield files in order of their names, whatever the file system's order.

        No links to folders are followed, so a loop of links does no harm.
        """
        where = self._at(folder) if folder else self.path
        try:
            entries = sorted(os.scandir(where), key=lambda entry: entry.name)
        except (OSError, ValueError) as error:
            message = f"cannot look into {str(where)!r}: {reason_of(error)}"
            raise InputError("E_INPUT_ACCESS", message) from error
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name != OURS:
                    yield from self.names(name)
            else:
                yield name

    def source(self, name: str) -> Path:
        """Return the path of a file."""
        return self._at(name)

    def read(self, name: str, most: int | None = None) -> bytes:
        """Return the first bytes of a file, or all of them."""
        path = self._at(name)
        try:
            with path.open("rb") as file:
                return file.read(-1 if most is None else most)
        except FileNotFoundError as error:
            raise InputError("E_INPUT_MISSING", f"{path} does not exist") from error
        except (OSError, ValueError) as error:
            message = f"{str(path)!r} cannot be read: {reason_of(error)}"
            raise InputError("E_INPUT_ACCESS", message) from error

    def state(self, name: str) -> str | None:
        """Return size, times and number of a file. Nobody can set the time of its last change."""
        path = self._at(name)
        try:
            found = path.stat()
        except (OSError, ValueError):
            return None
        return f"{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_ino}"

    def states(self, names: Iterable[str]) -> dict[str, str | None]:
        """Return the states of several files, by name."""
        return {name: self.state(name) for name in names}

    def settled(self, state: str) -> bool:
        """Tell whether the last change is long enough ago, by a clock that did not go back."""
        changed = int(state.split(":")[2]) / 1e9
        return changed + SETTLED < time.time()

    def put(self, name: str, content: bytes) -> None:
        """Write a file, down to the disk."""
        path = self._at(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "wb", opener=files.no_link) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except (OSError, ValueError) as error:
            with suppress(OSError, ValueError):
                path.unlink(missing_ok=True)
            raise not_writable(path, error) from error

    def publish(self, names: Iterable[tuple[str, str]], fresh: Collection[str] = ()) -> None:
        """Rename files, and bring the folders that they are in to the disk."""
        folders = dict[Path, None]()
        for part, name in names:
            source, target = self._at(part), self._at(name)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                if name in fresh:
                    files.appear(source, target)
                else:
                    source.replace(target)
            except FileExistsError as error:
                raise exists(str(target)) from error
            except (OSError, ValueError) as error:
                raise not_writable(target, error) from error
            folders[target.parent] = None
        for folder in folders:
            with suppress(OSError):  # the files are in place; some systems cannot sync a folder
                files.sync(folder)

    def discard(self, folder: str) -> None:
        """Remove a folder and what is in it."""
        shutil.rmtree(self._at(folder), ignore_errors=True)

    def check_ours(self) -> None:
        """Refuse a folder of ours that is a link: what lies elsewhere is not ours to remove.

        Raises:
            OutputError: With E_OUTPUT_WRITE.
        """
        for name in (OURS, f"{OURS}/parts"):
            path = self._at(name)
            if path.is_symlink():
                message = f"{str(path)!r} is a link, and a job wants a folder of its own there"
                raise OutputError("E_OUTPUT_WRITE", message, "Remove it, or name another folder.")

    def _at(self, name: str) -> Path:
        return self.path / naming.inside(name)


def not_writable(path: Path, error: Exception) -> OutputError:
    """Return why a file cannot be written, as an error of ours that keeps the system's number."""
    message = f"{str(path)!r} cannot be written: {reason_of(error)}"
    ours = OutputError("E_OUTPUT_WRITE", message)
    ours.errno = getattr(error, "errno", None)
    return ours


def reason_of(error: Exception) -> str:
    """Return what the system says of an error, in a few words."""
    return str(getattr(error, "strerror", None) or error)


def exists(where: str) -> OutputError:
    """Return why a file may not be written where another one is."""
    hint = "Say overwrite with if_exists, or --if-exists, to replace it, or skip to leave it."
    message = f"{where} is there, and no run of this job wrote it"
    ours = OutputError("E_OUTPUT_EXISTS", message, hint)
    ours.errno = errno.EEXIST
    return ours
