"""The log of a journal at a URL: what was noted since the journal was copied there last.

Each time something is to outlive this machine, one small object is put. Many small ones are put
together into one, so that whoever reads the log has few to ask for.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from fastseg_edit.batching.storage.remote import AT_ONCE
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastseg_edit.batching.storage.remote import Remote

FOLDER = f"{OURS}/log"

MOST_PIECES = 200
"""How many small objects there are before they are put together."""


class Log:
    """Takes lines of `segments`. Several threads may use it.

    Args:
        results: The place.
        title: What its objects begin with; no two runs have the same.
        first: The line of the run. It stays there after the journal is copied.
    """

    def __init__(self, results: Remote, title: str, first: str) -> None:
        self._results, self._title, self._lock = results, title, Lock()
        self._waiting = list[str]()
        self._pieces = dict[str, list[str]]()
        self._old = [*_names(results)]
        self._count = 0
        self.lines = 0
        self._put([first])

    def note(self, line: str) -> None:
        """Take a line, to be put with the next ones."""
        with self._lock:
            self._waiting.append(line)

    def ship(self) -> None:
        """Put what was noted. Raises an OutputError."""
        with self._lock:
            if not self._waiting:
                return
            name = self._put(self._waiting)
            self._pieces[name] = self._waiting
            self.lines += len(self._waiting)
            self._waiting = []
            if len(self._pieces) > MOST_PIECES:
                self._put_together()

    def held(self) -> list[str]:
        """Return the objects that say what the journal says by now, and forget them.

        Once the journal is copied, `remove` is to be called with them.
        """
        with self._lock:
            held = [*self._old, *self._pieces]
            self._old, self._pieces, self.lines = [], {}, 0
            return held

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects. Raises an OutputError."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(self._results.remove, names))

    def _put(self, lines: list[str]) -> str:
        name = f"{FOLDER}/{self._title}-{self._count:09}.jsonl"
        self._count += 1
        self._results.put(name, "".join(f"{line}\n" for line in lines).encode())
        return name

    def _put_together(self) -> None:
        pieces, self._pieces = self._pieces, {}
        self._old.append(self._put([line for lines in pieces.values() for line in lines]))
        self.remove(pieces)


def read(results: Remote) -> list[str]:
    """Return the lines of all objects of a log.

    What is no text becomes lines that make no sense, which `segments` refuses.

    Raises:
        InputError: If one cannot be read.
    """
    with ThreadPoolExecutor(AT_ONCE) as threads:
        texts = threads.map(results.read, _names(results))
        return [line for text in texts for line in text.decode(errors="replace").splitlines()]


def _names(results: Remote) -> list[str]:
    with suppress(InputError):
        return [*results.names(FOLDER)]
    return []
