"""An SQLite file whose errors are ours."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.journals import tables
from fastseg_edit.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

UNWRITABLE = frozenset({
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH,
})  # fmt: skip
"""What SQLite answers where the file is good, and the disk or the folder is not."""

TAKEN = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


_MAKE = (
    f"BEGIN IMMEDIATE; {tables.TABLES} PRAGMA application_id = {tables.MARK}; "
    f"PRAGMA user_version = {tables.FORM}; COMMIT;"
)


class Database:
    """An open SQLite file, and nothing of what it holds.

    Args:
        path: The file.
        readonly: Only look at it. It has to be there.

    Raises:
        InputError: With E_INPUT_MISSING, if it is to be looked at and is not there.
        OutputError: With E_JOURNAL, if it is damaged, or no journal of this form; with
            E_OUTPUT_WRITE, if it cannot be written.
    """

    def __init__(self, path: Path, readonly: bool = False) -> None:
        self.path = path
        if readonly and not path.exists():
            raise InputError("E_INPUT_MISSING", f"there is no journal {path}", "Run the job first.")
        with self._told():
            if readonly:
                self._base = self._looked_into()
                if _is_empty(self._base):  # a run ended before it wrote anything
                    self._base.close()
                    self._base = sqlite3.connect(":memory:", isolation_level=None)
                    self._base.executescript(_MAKE)
                self._check()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._base = self._connected("mode=rwc")
                self._prepare()
            self._number = path.stat().st_ino

    def _connected(self, how: str) -> sqlite3.Connection:
        address = f"{self.path.absolute().as_uri()}?{how}"
        base = sqlite3.connect(address, uri=True, isolation_level=None)
        base.execute("PRAGMA busy_timeout = 10000")
        return base

    def _looked_into(self) -> sqlite3.Connection:
        """Open the file for reading, be it in a folder where nobody may write."""
        base = self._connected("mode=ro")
        try:
            base.execute("PRAGMA user_version").fetchone()
        except sqlite3.OperationalError:
            base.close()
            if self.path.with_name(f"{self.path.name}-wal").exists():
                raise
            # No run is under way, or it would have a -wal; so the file stays as it is.
            return self._connected("immutable=1")
        return base

    def _prepare(self) -> None:
        """Make the tables, or see that they are whole."""
        if _is_empty(self._base):
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.executescript(f"{_MAKE} PRAGMA wal_checkpoint(TRUNCATE);")
        self._check()
        self._base.execute("PRAGMA journal_mode = WAL")
        fault = self.value("PRAGMA quick_check(1)")
        if fault != "ok":
            raise self.damaged(str(fault).splitlines()[-1])
        self.sync(False)

    def _check(self) -> None:
        form = self.value("PRAGMA user_version")
        if self.value("PRAGMA application_id") != tables.MARK:
            raise self.damaged("it belongs to another program")
        if form != tables.FORM:
            raise self.damaged(f"it is of form {form}, and this version reads form {tables.FORM}")

    def sync(self, each: bool) -> None:
        """Say whether each transaction is to be on the disk before going on.

        Without that, the last ones may be lost with the power, never with the process; what is
        there is whole in any case.
        """
        self.do(f"PRAGMA synchronous = {'FULL' if each else 'NORMAL'}")

    def do(self, statement: str, values: Iterable[Any] = ()) -> int:
        """Change something. Return the number of a row that was added."""
        with self._told():
            done = self._base.execute(statement, tables.stored(values))
            return int(done.lastrowid or 0)

    def each(self, statement: str, rows: Iterable[Iterable[Any]]) -> None:
        """Change something for each of several rows of values."""
        with self._told():
            self._base.executemany(statement, map(tables.stored, rows))

    def rows(self, query: str, values: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield what a query finds, one row at a time."""
        with self._told():
            for row in self._base.execute(query, tables.stored(values)):
                yield tables.read(row)

    def first(self, query: str, values: Iterable[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row that a query finds."""
        with self._told():
            found = self._base.execute(query, tables.stored(values)).fetchone()
        return None if found is None else tables.read(found)

    def value(self, query: str) -> Any:
        """Return the one value that a query finds."""
        found = self.first(query)
        return None if found is None else found[0]

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write several rows, or none."""
        if self._base.in_transaction:  # within a larger one
            yield
            return
        self.do("BEGIN IMMEDIATE")
        try:
            yield
            self.do("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # it may have done so itself, such as on a full disk
                self._base.execute("ROLLBACK")
            raise

    def check_there(self) -> None:
        """Refuse to go on if the file was moved or removed: nobody would see what is written."""
        with suppress(OSError):
            if self.path.stat().st_ino == self._number:
                return
        message = f"the journal {self.path} was removed while the job ran"
        raise OutputError("E_OUTPUT_WRITE", message, "Put the folder back, and run the job again.")

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn errors of the file into ours."""
        try:
            yield
        except sqlite3.Error as error:
            kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if kind in UNWRITABLE:
                message = f"the journal {self.path} cannot be written: {error}"
                raise OutputError("E_OUTPUT_WRITE", message) from error
            if kind in TAKEN:
                message = f"another program holds the journal {self.path}"
                raise OutputError("E_BUSY", message, "Close it, and run the job again.") from error
            raise self.damaged(str(error)) from error
        except OutputError:
            raise
        except OSError as error:
            message = f"the journal {self.path} cannot be written: {error.strerror}"
            raise OutputError("E_OUTPUT_WRITE", message) from error

    def damaged(self, reason: str) -> OutputError:
        """Return why the file cannot be used, and what to do."""
        folder = str(self.path.parent)
        aside = f"mv {shlex.quote(folder)} {shlex.quote(folder + '.old')}"
        hint = (
            f"To begin a new one, move it away: {aside}. Results that are there are kept: "
            "say if_exists: skip to leave them, or overwrite to make them again."
        )
        return OutputError("E_JOURNAL", f"the journal {self.path} cannot be used: {reason}", hint)


def _is_empty(base: sqlite3.Connection) -> bool:
    """Tell whether nobody has made any table in a file."""
    marks = (base.execute(f"PRAGMA {name}") for name in ("application_id", "schema_version"))
    return not any(mark.fetchone()[0] for mark in marks)
