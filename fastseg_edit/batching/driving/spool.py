"""Items put aside once they were checked, so that memory does not grow with their number."""

from __future__ import annotations

import pickle
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile, gettempdir
from typing import IO, TYPE_CHECKING

from fastseg_edit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.errors import FastsegError


class Spool:
    """A temporary file of items, which nobody else can reach.

    Attributes:
        count: How many there are.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 (closed by `close`)
        self.count = 0

    def add(self, item: Item, problem: FastsegError | None = None) -> None:
        """Put an item aside, and why it cannot be done, if that is known.

        Raises:
            OutputError: With E_OUTPUT_WRITE, if there is no room.
        """
        with _told():
            pickle.dump((item, problem), self._file)
        self.count += 1

    def __iter__(self) -> Iterator[tuple[Item, FastsegError | None]]:
        """Yield all items from the first. One such loop at a time."""
        with _told():
            self._file.seek(0)
        for _ in range(self.count):
            yield pickle.load(self._file)

    def close(self) -> None:
        """Remove the file."""
        with suppress(OSError):  # what could not be written is not wanted any more
            self._file.close()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"a temporary file in {gettempdir()} cannot be written: {error.strerror}"
        hint = "Make room, or name another folder by TMPDIR."
        raise OutputError("E_OUTPUT_WRITE", message, hint) from error
