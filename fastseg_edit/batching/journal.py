"""What a job has done so far: one SQLite file, a row for each item and for each attempt at it.

The file is in write-ahead mode, so that whoever looks at it does not stop the job. A row is there
before a result appears under its name, and says which bytes that will be. After a sudden end the
next run compares, and nothing is done twice.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from fastseg_edit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from fastseg_edit.batching.items import Item
    from fastseg_edit.batching.messages import Made

FORM = 1
"""Of the tables. A journal of another form is refused."""

TABLES = """
CREATE TABLE IF NOT EXISTS runs (
  run INTEGER PRIMARY KEY, began REAL NOT NULL, ended REAL, process INTEGER NOT NULL,
  about TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS items (
  id TEXT PRIMARY KEY, number INTEGER NOT NULL, photo TEXT NOT NULL, operation TEXT NOT NULL,
  output TEXT NOT NULL, place TEXT NOT NULL, run INTEGER NOT NULL, attempt INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (
  attempt INTEGER PRIMARY KEY, id TEXT NOT NULL, run INTEGER NOT NULL, began REAL NOT NULL,
  seconds REAL, state TEXT NOT NULL, key TEXT, code TEXT, message TEXT, hint TEXT, facts TEXT);
CREATE INDEX IF NOT EXISTS attempts_of ON attempts (id);
CREATE TABLE IF NOT EXISTS outputs (
  name TEXT PRIMARY KEY, attempt INTEGER NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  part TEXT NOT NULL, state TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outputs_of ON outputs (attempt);
CREATE TABLE IF NOT EXISTS files (
  name TEXT PRIMARY KEY, state TEXT NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
"""
"""An attempt is "begun", then "writing" if it has results, and then in one of the states of
`messages.State`. `files` remembers the hashes of photos and masks, and when they were taken."""


class Output(NamedTuple):
    """A file that an attempt wrote, or was about to write.

    Attributes:
        name: In the store of results.
        sha256: Of its bytes.
        size: How many bytes.
        part: What it was called before it appeared.
        state: As of `Store.state` when it was written; None if that was not seen.
    """

    name: str
    sha256: str
    size: int
    part: str
    state: str | None


@dataclass(frozen=True)
class Attempt:
    """What the journal knows of one attempt at an item.

    Attributes:
        attempt: Its number.
        id: The item.
        run: In which run it was.
        began: When, in seconds since 1970.
        seconds: How long it took. None if it did not end.
        state: "begun", "writing", or one of `messages.State`.
        key: What its result depends on; see `keys`.
        code: Of the error, if there was one.
        message: Of the error.
        hint: Of the error.
        facts: What was noted of the edit.
    """

    attempt: int
    id: str
    run: int
    began: float
    seconds: float | None
    state: str
    key: str = ""
    code: str = ""
    message: str = ""
    hint: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


_ATTEMPT = "attempt, id, run, began, seconds, state, key, code, message, hint, facts"


class Journal:
    """An open journal. One process at a time may write; see `locks`.

    Args:
        path: The file. It is made if it is not there, with its folder.
        readonly: Only look at it. It has to be there.

    Raises:
        OutputError: With E_JOURNAL, if it is damaged or of another form; with E_OUTPUT_WRITE, if it
            cannot be written.
    """

    def __init__(self, path: Path, readonly: bool = False) -> None:
        self.path = path
        with self._told():
            if not readonly:
                path.parent.mkdir(parents=True, exist_ok=True)
            mode = "ro" if readonly else "rwc"
            self._base = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None
            )
            self._base.execute("PRAGMA busy_timeout = 10000")
            if not readonly:
                self._prepare()
            form = self._base.execute("PRAGMA user_version").fetchone()[0]
        if form != FORM:
            self.close()
            raise _damaged(path, f"it is of form {form}, and this program reads form {FORM}")

    def _prepare(self) -> None:
        self._base.execute("PRAGMA journal_mode = WAL")
        # Results are on the disk before their rows; a row lost with the power is found again.
        self._base.execute("PRAGMA synchronous = NORMAL")
        if self._base.execute("PRAGMA user_version").fetchone()[0] == 0:
            self._base.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {FORM}; COMMIT;")

    def begin(self, about: Mapping[str, Any]) -> int:
        """Note that a run begins, and return its number."""
        row = (time.time(), os.getpid(), json.dumps(about, ensure_ascii=False))
        with self._told():
            done = self._base.execute(
                "INSERT INTO runs (began, process, about) VALUES (?, ?, ?)", _texts(row)
            )
        return int(done.lastrowid or 0)

    def end(self, run: int) -> None:
        """Note that a run is over."""
        self._do("UPDATE runs SET ended = ? WHERE run = ?", (time.time(), run))

    def enlist(self, items: Iterable[Item], run: int) -> None:
        """Note the items of a run. What was noted of them before stays."""
        rows = (
            (one.id, one.number, one.photo, one.operation, one.output, one.place, run)
            for one in items
        )
        with self.together():
            self._base.executemany(
                "INSERT INTO items (id, number, photo, operation, output, place, run) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "number = excluded.number, photo = excluded.photo, operation = excluded.operation, "
                "output = excluded.output, place = excluded.place, run = excluded.run",
                map(_texts, rows),
            )

    def begun(self, item: Item, run: int) -> int:
        """Note that an item is given to a worker, and return the number of the attempt."""
        with self.together():
            done = self._base.execute(
                "INSERT INTO attempts (id, run, began, state) VALUES (?, ?, ?, 'begun')",
                _texts((item.id, run, time.time())),
            )
            number = int(done.lastrowid or 0)
            self._base.execute(
                "UPDATE items SET attempt = ? WHERE id = ?", _texts((number, item.id))
            )
        return number

    def writing(self, made: Made) -> None:
        """Note which files are about to appear."""
        with self.together():
            self._base.execute(
                "UPDATE attempts SET state = 'writing', key = ?, facts = ? WHERE attempt = ?",
                _texts((made.key, _json({**made.facts, "state": made.state}), made.attempt)),
            )
            self._base.executemany(
                "INSERT OR REPLACE INTO outputs (name, attempt, sha256, size, part) "
                "VALUES (?, ?, ?, ?, ?)",
                [
                    _texts((part.name, made.attempt, part.sha256, part.size, part.part))
                    for part in made.parts
                ],
            )

    def ended(self, made: Made, seconds: float, states: Mapping[str, str | None]) -> None:
        """Note how an attempt ended.

        Args:
            made: What came of it.
            seconds: How long it took.
            states: For each of its files, by name, what `Store.state` says now.
        """
        code, message, hint = made.error or (None, None, None)
        values = (seconds, made.state, made.key, code, message, hint, _json(made.facts))
        with self.together():
            self._base.execute(
                "UPDATE attempts SET seconds = ?, state = ?, key = ?, code = ?, message = ?, "
                "hint = ?, facts = ? WHERE attempt = ?",
                _texts((*values, made.attempt)),
            )
            self._base.executemany(
                "UPDATE outputs SET state = ? WHERE name = ?",
                [_texts((state, name)) for name, state in states.items()],
            )
            for name, state, sha256 in made.hashes:
                self.hashed(name, state, sha256)

    def last(self, item_id: str) -> Attempt | None:
        """Return the last attempt at an item."""
        found = self._all(
            f"SELECT {_ATTEMPT} FROM attempts WHERE attempt = "
            "(SELECT attempt FROM items WHERE id = ?)",
            (item_id,),
        )
        return _attempt(found[0]) if found else None

    def unpublished(self) -> list[Attempt]:
        """Return the attempts whose files may not all have appeared when a run ended."""
        query = f"SELECT {_ATTEMPT} FROM attempts WHERE state = 'writing'"
        return [_attempt(row) for row in self._all(query)]

    def outputs(self, attempt: int) -> list[Output]:
        """Return the files of an attempt that no later one has written again."""
        rows = self._all(
            "SELECT name, sha256, size, part, state FROM outputs WHERE attempt = ? ORDER BY name",
            (attempt,),
        )
        return [Output(*row) for row in rows]

    def owns(self, name: str) -> bool:
        """Tell whether a run of this job wrote a file, or was about to."""
        return bool(self._all("SELECT 1 FROM outputs WHERE name = ?", (name,)))

    def hash_of(self, name: str, state: str) -> str | None:
        """Return the hash of a file that has not changed since it was taken."""
        query = "SELECT sha256 FROM files WHERE name = ? AND state = ?"
        found = self._all(query, (name, state))
        return str(found[0][0]) if found else None

    def hashed(self, name: str, state: str, sha256: str) -> None:
        """Remember the hash of a file, and the state that it had."""
        self._do("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (name, state, sha256))

    def counts(self) -> dict[str, int]:
        """Return how many items of the last run are in each state; "waiting" before any."""
        query = (
            "SELECT COALESCE(attempts.state, 'waiting'), COUNT(*) FROM items "
            "LEFT JOIN attempts USING (attempt) WHERE items.run = (SELECT MAX(run) FROM items) "
            "GROUP BY 1"
        )
        return dict(self._all(query))

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of any query, one at a time."""
        with self._told():
            yield from self._base.execute(query, _texts(values))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write several rows, or none."""
        if self._base.in_transaction:  # within a larger one
            yield
            return
        with self._told():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def _do(self, statement: str, values: tuple[Any, ...]) -> None:
        with self._told():
            self._base.execute(statement, _texts(values))

    def _all(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._told():
            return self._base.execute(query, _texts(values)).fetchall()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn errors of the file into ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "readonly" in str(error) or "full" in str(error) or "unable" in str(error):
                message = f"the journal {self.path} cannot be written: {error}"
                raise OutputError("E_OUTPUT_WRITE", message) from error
            raise _damaged(self.path, str(error)) from error
        except sqlite3.DatabaseError as error:
            raise _damaged(self.path, str(error)) from error
        except OSError as error:
            if isinstance(error, OutputError):
                raise
            message = f"the journal {self.path} cannot be written: {error.strerror}"
            raise OutputError("E_OUTPUT_WRITE", message) from error


def _damaged(path: Path, reason: str) -> OutputError:
    hint = f"Move it away to begin anew: mv {str(path)!r} {str(path) + '.old'!r}"
    return OutputError("E_JOURNAL", f"the journal {path} cannot be used: {reason}", hint)


def _attempt(row: tuple[Any, ...]) -> Attempt:
    number, item, run, began, seconds, state, *texts, facts = row
    key, code, message, hint = (text or "" for text in texts)
    about = json.loads(facts or "{}")
    return Attempt(number, item, run, began, seconds, state, key, code, message, hint, about)


def _json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False)


def _texts(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return values for SQLite, which takes no names with bytes that are no UTF-8."""
    return tuple(
        value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        if isinstance(value, str)
        else value
        for value in values
    )
