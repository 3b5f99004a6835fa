"""Photos and results past this machine: in S3, Google Cloud Storage, and all else fsspec knows [1].

An object store has no rename, and hardly needs one: an object is whole, or it is not there. Parts
are sent by the workers. Their names they get from the job, which has the store copy them and
removes the parts, several at a time, and no byte comes by here.

References:
    [1] fsspec: file systems for Python. https://filesystem-spec.readthedocs.io
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.storage import connecting, naming
from fastseg_edit.batching.storage.stores import OURS, exists
from fastseg_edit.errors import InputError, OutputError, SpecError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

MAGIC = "*?["
"""What no URL of a store may hold: libraries take it for a pattern when they remove files."""

SETTLED = 60.0
"""Seconds after which a file that only has a time surely gets another one when it is written again.
They are many, as the clock is that of another machine."""

AT_ONCE = 16
"""How many files get their names at a time."""


@dataclass(frozen=True)
class Remote:
    """A place that a URL names, such as s3://bucket/folder.

    Who may read and write there is said by the environment or by the configuration of the
    protocol's library, and never here. The connection is made where it is first needed, in each
    process its own.

    Of an object store that knows names with empty parts, such as a//b, those are not seen.

    Attributes:
        url: The place.

    Raises:
        SpecError: With E_SPEC, if the URL holds a password or a pattern.
    """

    url: str

    def __post_init__(self) -> None:
        user, at, _ = self.url.partition("://")[2].partition("/")[0].rpartition("@")
        if at and ":" in user:
            hint = "Leave it to the environment, or to the configuration of the protocol's library."
            raise SpecError("E_SPEC", "a URL may hold no password: it would be written down", hint)
        if found := next((sign for sign in MAGIC if sign in self.url), None):
            raise SpecError("E_SPEC", f"{self.url!r} may not hold {found!r}")

    @property
    def near(self) -> bool:
        """Whether asking for the state of one file costs next to nothing."""
        return False

    @property
    def where(self) -> str:
        """The URL."""
        return self.url

    @property
    def address(self) -> str:
        """The place as its file system calls it, which is one for all URLs that mean it."""
        system, root = connecting.connected(self.url, os.getpid())
        protocol = system.protocol
        return f"{protocol if isinstance(protocol, str) else protocol[0]}://{root.strip('/')}/"

    def names(self, folder: str = "") -> Iterator[str]:
        """Yield files in order of their names. One folder at a time is held in memory."""
        with connecting.told_reading(self._shown(folder)):
            entries = self._entries(folder)
        for last, is_folder in entries:
            name = f"{folder}/{last}" if folder else last
            if not is_folder:
                yield name
            elif last != OURS:
                yield from self.names(name)

    def source(self, name: str) -> bytes:
        """Return the bytes of a file."""
        return self.read(name)

    def read(self, name: str, most: int | None = None) -> bytes:
        """Return the first bytes of a file, or all of them."""
        system, path = self._at(name)
        with connecting.told_reading(self._shown(name)):
            if most is None:
                return bytes(system.cat_file(path))
            size = system.info(path)["size"]  # some refuse to read on at the end of a file
            return bytes(system.cat_file(path, start=0, end=min(most, size))) if size else b""

    def state(self, name: str) -> str | None:
        """Return size and hash of a file as the store tells them, or else its time."""
        system, path = self._at(name)
        try:
            with connecting.told_reading(self._shown(name)):
                found = system.info(path)
        except InputError as error:
            if error.code == "E_INPUT_MISSING":
                return None
            raise
        return (
            None if found["type"] == "directory" else f"{found['size']}:{connecting.version(found)}"
        )

    def states(self, names: Iterable[str]) -> dict[str, str | None]:
        """Return the states of several files, by name. Several are asked for at a time."""
        asked = list(names)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return dict(zip(asked, threads.map(self.state, asked), strict=True))

    def settled(self, state: str) -> bool:
        """Tell whether the state is a hash, or a time that is long enough ago."""
        kind, _, value = state.partition(":")[2].partition(":")
        return kind == "tag" or (kind == "time" and float(value) + SETTLED < time.time())

    def put(self, name: str, content: bytes) -> None:
        """Write a file: it appears whole."""
        system, path = self._at(name)
        with connecting.told_writing(self._shown(name)):
            system.pipe_file(path, content)

    def claim(self, name: str, content: bytes) -> bool:
        """Write a file if there is none, and tell whether this one is it.

        Two who do so at a time do not both succeed where the protocol's library can ask for that,
        as in S3.
        """
        system, path = self._at(name)
        with connecting.told_writing(self._shown(name)):
            try:
                system.pipe_file(path, content, mode="create")
            except FileExistsError:
                return False
        return True

    def fetch(self, name: str, path: Path) -> None:
        """Bring a file to this machine, whatever its size. Raises an InputError."""
        system, there = self._at(name)
        with connecting.told_reading(self._shown(name)):
            system.get_file(there, str(path))

    def send(self, path: Path, name: str) -> None:
        """Send a file of this machine, whatever its size. Raises an OutputError."""
        system, there = self._at(name)
        with connecting.told_writing(self._shown(name)):
            system.put_file(str(path), there)

    def publish(self, names: Iterable[tuple[str, str]], fresh: Collection[str] = ()) -> None:
        """Have the store copy files to their final names, and remove what they were copied from.

        A store has no way to write a file only if there is none: we look just before.
        """
        pairs = list(names)
        for name, state in self.states(name for _, name in pairs if name in fresh).items():
            if state is not None:
                raise exists(self._shown(name))
        if pairs:
            with ThreadPoolExecutor(min(AT_ONCE, len(pairs))) as threads:
                list(threads.map(self._move, pairs))  # raises what went wrong

    def discard(self, folder: str) -> None:
        """Remove a folder and what is in it. What cannot be removed stays."""
        system, path = self._at(folder)
        with suppress(FileNotFoundError, OutputError), connecting.told_writing(self._shown(folder)):
            system.rm(path, recursive=True)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there. Raises an OutputError."""
        system, path = self._at(name)
        with connecting.told_writing(self._shown(name)), suppress(FileNotFoundError):
            system.rm_file(path)

    def _move(self, pair: tuple[str, str]) -> None:
        part, name = pair
        (system, source), (_, target) = self._at(part), self._at(name)
        with connecting.told_writing(self._shown(name)):
            system.cp_file(source, target)
            system.rm_file(source)

    def _entries(self, folder: str) -> list[tuple[str, bool]]:
        """Return what is in a folder, in order: the last part of each name, and if it is one."""
        system, path = self._at(folder) if folder else connecting.connected(self.url, os.getpid())
        found = system.ls(path, detail=True)
        if [(each["name"], each["type"]) for each in found] == [(path, "file")]:
            raise NotADirectoryError("it is a file")
        return sorted(
            (each["name"].rstrip("/").rpartition("/")[2], each["type"] == "directory")
            for each in found
            if each["name"].strip("/")
            != path.strip("/")  # the mark of a folder that a console made
        )

    def _at(self, name: str) -> tuple[Any, str]:
        """Return the file system, and what it calls a file."""
        system, root = connecting.connected(self.url, os.getpid())
        return system, f"{root}/{naming.inside(name)}"

    def _shown(self, name: str) -> str:
        return f"{self.url.rstrip('/')}/{name}" if name else self.url
