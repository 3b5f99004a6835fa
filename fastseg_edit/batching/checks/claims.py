"""Which files a job would write, and whether that can be: told in little memory for any number."""

from __future__ import annotations

import posixpath
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from fastseg_edit.batching.storage import naming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000;
CREATE TABLE items (number INTEGER PRIMARY KEY, id TEXT, place TEXT, own INTEGER);
CREATE TABLE names (folded INTEGER, name TEXT, item INTEGER);
CREATE TABLE folders (name TEXT PRIMARY KEY, folded INTEGER) WITHOUT ROWID;
CREATE TABLE inputs (device INTEGER, inode TEXT, name TEXT);
CREATE TABLE taken (device INTEGER, inode TEXT, name TEXT, item INTEGER);
"""
"""`own` is 1 if an item was given its id. Of folded names there are the hashes, so names with equal
ones are compared."""

TWICE = """
SELECT one.name, one.item, first.id, other.name, other.item, second.id, second.place FROM
  (SELECT folded, min(rowid) AS first FROM names GROUP BY folded HAVING count(*) > 1) AS twice
  JOIN names AS one ON one.rowid = twice.first
  JOIN names AS other ON other.folded = twice.folded AND other.rowid > twice.first
  JOIN items AS first ON first.number = one.item
  JOIN items AS second ON second.number = other.item
ORDER BY other.rowid
"""

SAME_ID = """
SELECT one.id, one.place, other.place, one.own AND other.own FROM
  (SELECT id, min(number) AS first FROM items GROUP BY id HAVING count(*) > 1) AS same
  JOIN items AS one ON one.number = same.first
  JOIN items AS other ON other.id = same.id AND other.number > same.first
ORDER BY other.number
"""

IN_THE_WAY = """
SELECT names.name, items.id, items.place, folders.name FROM folders JOIN names USING (folded)
  JOIN items ON items.number = names.item
"""

OVERWRITTEN = """
SELECT DISTINCT taken.name, items.id, items.place, inputs.name FROM taken
  JOIN inputs USING (device, inode) JOIN items ON items.number = taken.item ORDER BY taken.rowid
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


class Twice(NamedTuple):
    """Two items that would write one file.

    Attributes:
        name: What the first would write.
        id: What the first is called.
        other: What the second would write.
        other_id: What the second is called.
        place: Where the second stands in its document.
    """

    name: str
    id: str
    other: str
    other_id: str
    place: str


class Same(NamedTuple):
    """Two items that are called the same.

    Attributes:
        id: What they are called.
        place: Where the first stands in its document.
        other: Where the second stands.
        own: True if both were given their ids, and are not just called like their photo.
    """

    id: str
    place: str
    other: str
    own: bool


class Claims:
    """The files of a job, in a database that grows on the disk and vanishes with it."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.executescript(TABLES)
        self._waiting: dict[str, list[tuple[object, ...]]] = {
            name: [] for name in ("items", "names", "folders", "inputs", "taken")
        }
        self._folder, self._count = "", 0

    def claim(self, item_id: str, place: str, names: Iterable[str], own: bool = True) -> int:
        """Note what an item is called and which files it would write, all in one folder.

        Args:
            item_id: What it is called.
            place: Where it stands in its document.
            names: Names of files in the store of results, at least one.
            own: True if it was given its id.

        Returns:
            The number of the item.
        """
        self._count = number = self._count + 1
        items, rows = self._waiting["items"], self._waiting["names"]
        items.append((number, item_id, place, own))
        folded = ""
        for name in names:
            folded = naming.folded(name)
            rows.append((hash(folded), name, number))
        folder = folded.rpartition("/")[0]
        if folder != self._folder:
            self._folder = folder
            self._note_folders(folder)
        if len(items) >= CHUNK:
            self._flush()
        return number

    def reads(self, file: File, name: str) -> None:
        """Note that the job reads a file."""
        self._add("inputs", (file.device, str(file.inode), name))

    def finds(self, file: File, name: str, item: int) -> None:
        """Note which file lies where an item would write, by the number of the item."""
        self._add("taken", (file.device, str(file.inode), name, item))

    def twice(self) -> Iterator[Twice]:
        """Yield every two items that would write one file, with the first such name."""
        rows = self._rows(TWICE, "CREATE INDEX IF NOT EXISTS by_name ON names (folded)")
        told, of = set[object](), None
        for name, first, one, other, second, two, place in rows:
            told, of = (told if second == of else set()), second
            if first not in told and naming.folded(name) == naming.folded(other):
                told.add(first)
                yield Twice(name, one, other, two, place)

    def same_ids(self) -> Iterator[Same]:
        """Yield every two items that are called the same."""
        rows = self._rows(SAME_ID, "CREATE INDEX IF NOT EXISTS by_id ON items (id)")
        for item_id, place, other, own in rows:
            yield Same(item_id, place, other, own == "1")

    def in_the_way(self) -> Iterator[tuple[str, ...]]:
        """Yield names of files that are those of folders for others: name, id, place, folder."""
        for name, item_id, place, folder in self._rows(IN_THE_WAY):
            if naming.folded(name) == folder:
                yield name, item_id, place, folder

    def overwritten(self) -> Iterator[tuple[str, ...]]:
        """Yield files that the job reads and would write: name, id, place, name as read."""
        return self._rows(OVERWRITTEN, "CREATE INDEX IF NOT EXISTS read ON inputs (device, inode)")

    def close(self) -> None:
        """Let go of it all."""
        self._database.close()

    def _note_folders(self, folder: str) -> None:
        while folder:
            self._add("folders", (folder, hash(folder)))
            folder = posixpath.dirname(folder)

    def _add(self, table: str, row: tuple[object, ...]) -> None:
        waiting = self._waiting[table]
        waiting.append(row)
        if len(waiting) >= CHUNK:
            self._flush()

    def _flush(self) -> None:
        """Write down what waits."""
        for table, waiting in self._waiting.items():
            if waiting:
                marks = ", ".join("?" * len(waiting[0]))
                rows = [tuple(map(_stored, row)) for row in waiting]
                self._database.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)
                waiting.clear()

    def _rows(self, query: str, first: str = "") -> Iterator[tuple[str, ...]]:
        self._flush()
        if first:
            self._database.execute(first)
        for row in self._database.execute(query):
            yield tuple(map(_told, row))


def _stored(value: object) -> object:
    """Return a value as SQLite takes it: the name of a file need not be Unicode."""
    if type(value) is str and not value.isascii():
        return value.encode("utf-8", "surrogatepass")
    return value


def _told(value: object) -> str:
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else str(value)
