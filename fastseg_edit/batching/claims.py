"""Which files a job would write, and whether that can be: told in little memory for any number."""

from __future__ import annotations

import posixpath
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from fastseg_edit.batching import naming

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000;
CREATE TABLE names (folded TEXT, name TEXT, id TEXT, place TEXT);
CREATE TABLE ids (id TEXT, place TEXT);
CREATE TABLE folders (folded TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE inputs (device INTEGER, inode TEXT, name TEXT);
CREATE TABLE taken (device INTEGER, inode TEXT, name TEXT, id TEXT, place TEXT);
"""

TWICE = """
SELECT one.name, one.id, other.name, other.id, other.place FROM
  (SELECT folded, min(rowid) AS first FROM names GROUP BY folded HAVING count(*) > 1) AS twice
  JOIN names AS one ON one.rowid = twice.first
  JOIN names AS other ON other.folded = twice.folded AND other.rowid > twice.first
ORDER BY other.rowid
"""

SAME_ID = """
SELECT id, min(place), max(place) FROM ids GROUP BY id HAVING count(*) > 1 ORDER BY min(rowid)
"""

IN_THE_WAY = """
SELECT names.name, names.id, names.place, folders.name FROM folders JOIN names USING (folded)
"""

OVERWRITTEN = """
SELECT DISTINCT taken.name, taken.id, taken.place, inputs.name FROM taken
  JOIN inputs USING (device, inode) ORDER BY taken.rowid
"""

CHUNK = 2000


class File(NamedTuple):
    """Which file it is, whatever it is called.

    Attributes:
        device: The file system.
        inode: The file there.
    """

    device: int
    inode: int


class Claim(NamedTuple):
    """A file that an item would write.

    Attributes:
        name: Its name in the store of results.
        id: What the item is called.
        place: Where the item stands in its document.
    """

    name: str
    id: str
    place: str


class Claims:
    """The files of a job, in a database that grows on the disk and vanishes with it."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.executescript(TABLES)
        self._waiting = dict[str, list[tuple[object, ...]]]()
        self._folder = ""

    def claim(self, claim: Claim) -> None:
        """Note that an item would write a file."""
        folded = naming.folded(claim.name)
        self._add("names", (folded, *claim))
        folder = posixpath.dirname(folded)
        if folder != self._folder:
            self._folder = folder
            while folder:
                self._add("folders", (folder, folder))
                folder = posixpath.dirname(folder)

    def called(self, item_id: str, place: str) -> None:
        """Note what an item is called."""
        self._add("ids", (item_id, place))

    def reads(self, file: File, name: str) -> None:
        """Note that the job reads a file."""
        self._add("inputs", (file.device, str(file.inode), name))

    def finds(self, file: File, claim: Claim) -> None:
        """Note which file lies where an item would write."""
        self._add("taken", (file.device, str(file.inode), *claim))

    def twice(self) -> Iterator[tuple[str, ...]]:
        """Yield names that two items would write: name and id of both, and the second's place."""
        return self._rows(TWICE, "CREATE INDEX IF NOT EXISTS by_name ON names (folded)")

    def same_ids(self) -> Iterator[tuple[str, ...]]:
        """Yield what two items are called, and where two of them stand."""
        return self._rows(SAME_ID)

    def in_the_way(self) -> Iterator[tuple[str, ...]]:
        """Yield names of files that are those of folders for others: name, id, place, folder."""
        return self._rows(IN_THE_WAY)

    def overwritten(self) -> Iterator[tuple[str, ...]]:
        """Yield files that the job reads and would write: name, id, place, name as read."""
        return self._rows(OVERWRITTEN, "CREATE INDEX IF NOT EXISTS read ON inputs (device, inode)")

    def close(self) -> None:
        """Let go of it all."""
        self._database.close()

    def _add(self, table: str, row: tuple[object, ...]) -> None:
        waiting = self._waiting.setdefault(table, [])
        waiting.append(tuple(_stored(value) for value in row))
        if len(waiting) >= CHUNK:
            self._flush(table, waiting)

    def _flush(self, table: str, waiting: list[tuple[object, ...]]) -> None:
        if waiting:
            marks = ", ".join("?" * len(waiting[0]))
            self._database.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", waiting)
            waiting.clear()

    def _rows(self, query: str, first: str = "") -> Iterator[tuple[str, ...]]:
        for table, waiting in self._waiting.items():
            self._flush(table, waiting)
        if first:
            self._database.execute(first)
        for row in self._database.execute(query):
            yield tuple(map(_told, row))


def _stored(value: object) -> object:
    """Return a value as SQLite takes it: the name of a file need not be Unicode."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "surrogatepass")
    return value


def _told(value: object) -> str:
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else str(value)
