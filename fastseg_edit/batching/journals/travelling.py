"""Where the journal of a job lies, and how it gets to where the results are.

The journal of a folder lies in the folder. SQLite cannot write to an object store, so the journal
of a URL lies on the machine that runs the job. What it says of an item is put into a log beside
the results before those appear; at the end, and whenever the log has grown as large as the journal
was, the journal itself is copied there. So the run may go on at another machine, whatever becomes
of the first, and nothing is done twice; and after a run one file there says everything.

A log of its own, and not the records beside the results: those may be left out, and an item in
which nothing was found, or which failed, has none.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.journals import locks, logs, segments
from fastseg_edit.batching.journals.database import Database
from fastseg_edit.batching.journals.holding import Claim
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.storage.remote import Remote
from fastseg_edit.batching.storage.stores import OURS, Folder
from fastseg_edit.errors import FastsegError, OutputError, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastseg_edit.batching.journals.tables import Output
    from fastseg_edit.batching.storage.stores import Store
    from fastseg_edit.batching.workers.messages import Made

FILE = "journal.sqlite"

BEAT = 15.0
"""Seconds after which what was noted is put."""

LEAST = 10_000
"""Lines of a log after which the journal is copied, at the earliest."""


def folder(results: Store, chosen: Path | None = None) -> Path:
    """Return the folder of this machine in which the journal of a job lies, or will.

    Args:
        results: Where the results go.
        chosen: The folder that the user wants, for results at a URL.
    """
    if not isinstance(results, Remote):
        return Path(results.where) / OURS
    if chosen is not None:
        return chosen
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    title = hashlib.sha256(results.url.rstrip("/").encode("utf-8", "surrogateescape")).hexdigest()
    return Path(home) / "fastseg-edit" / "jobs" / title[:16]


@contextmanager
def opened(results: Store, chosen: Path | None = None) -> Iterator[Journal]:
    """Hold the place of results against other runs, and open its journal.

    Args:
        results: Where the results go.
        chosen: As of `folder`.

    Raises:
        OutputError: With E_BUSY, if another run is at work; with E_JOURNAL or E_OUTPUT_WRITE, if
            the journal cannot be used.
    """
    place = folder(results, chosen)
    if isinstance(results, Folder):
        results.check_ours()
    with locks.held(place / "lock"):
        if not isinstance(results, Remote):
            with closing(Journal(place / FILE)) as journal:
                yield journal
            return
        claim = Claim(results)
        try:
            _bring(results, place / FILE)
            with closing(Travelling(place / FILE, results, claim)) as journal:
                yield journal
        finally:
            claim.release()


def looked_at(results: Store, chosen: Path | None = None) -> Path:
    """Return the journal of a job for reading, as new as it can be had. It may not be there."""
    place = folder(results, chosen)
    if isinstance(results, Remote):
        try:
            with locks.held(place / "lock"):
                _bring(results, place / FILE)
        except OutputError as error:
            if error.code != "E_BUSY":  # a run of this machine: its journal is the newest
                raise
    return place / FILE


class Travelling(Journal):
    """A journal of results at a URL.

    Args:
        path: The file, on this machine.
        results: Where the results go.
        claim: Says that this run is at work there.
    """

    def __init__(self, path: Path, results: Remote, claim: Claim) -> None:
        super().__init__(path)
        self._results, self._claim = results, claim
        self._log: logs.Log | None = None
        self._error: FastsegError | None = None
        self._copied, self._over = LEAST, Event()
        self._courier = Thread(target=self._carry, daemon=True)

    def begin(self, about: Mapping[str, Any]) -> int:
        """Note that a run begins, here and there."""
        run = super().begin(about)
        title = f"{run:06}-{os.urandom(4).hex()}"
        self._log = logs.Log(self._results, title, segments.run_line(self.base, run))
        self._courier.start()
        return run

    def writing_all(self, group: Sequence[tuple[Made, bool]]) -> list[list[Output]]:
        """Note which files are about to appear, here and there."""
        outputs = super().writing_all(group)
        for made, _ in group:
            self._note(made.attempt)
        self._claim.check()
        if self._error is not None:
            raise self._error
        if self._log is not None:
            self._log.ship()
        return outputs

    def ended(self, made: Made, seconds: float, states: Mapping[str, str | None]) -> None:
        """Note how an attempt ended; there, a little later."""
        super().ended(made, seconds, states)
        self._note(made.attempt)

    def close(self) -> None:
        """Copy the file, unless another run has the place by now, and close it."""
        try:
            if self._log is not None:
                self._over.set()
                self._courier.join()
                if self._error is None and self._claim.held:
                    self._log.ship()
                    self._copy(self._log)
        finally:
            super().close()

    def _note(self, attempt: int) -> None:
        if self._log is not None:
            self._log.note(segments.attempt_line(self.base, attempt))

    def _carry(self) -> None:
        """Put and copy now and then. What goes wrong is raised where the job will see it."""
        try:
            while self._log is not None and not self._over.wait(BEAT):
                self._claim.check()
                self._log.ship()
                if self._log.lines >= self._copied:
                    self._copied = max(LEAST, 2 * self._log.lines)
                    self._copy(self._log)
        except Exception as error:  # nobody else would hear of it
            self._error = told(error)

    def _copy(self, log: logs.Log) -> None:
        """Copy the journal as it is now, and remove the log of what it says.

        Raises:
            OutputError: If it cannot be copied here, or sent.
        """
        held = log.held()
        try:
            with TemporaryDirectory() as place:
                copy = Path(place) / FILE
                _copied(self.path, copy)
                self._results.send(copy, f"{OURS}/{FILE}")
        except (OSError, sqlite3.Error) as error:
            message = f"the journal {str(self.path)!r} cannot be copied: {error}"
            raise OutputError("E_OUTPUT_WRITE", message) from error
        log.remove(held)


def _copied(path: Path, copy: Path) -> None:
    """Copy a journal that may be written meanwhile."""
    with closing(sqlite3.connect(path)) as own, closing(sqlite3.connect(copy)) as new:
        own.backup(new)


def _bring(results: Remote, path: Path) -> None:
    """Bring a journal of this machine to what is known where the results are."""
    lines = logs.read(results)
    last = segments.last_run(lines)
    if last is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if not _knows(path, *last):
        for ending in ("", "-wal", "-shm"):
            path.with_name(FILE + ending).unlink(missing_ok=True)
        if results.state(f"{OURS}/{FILE}") is not None:
            results.fetch(f"{OURS}/{FILE}", path)
    with closing(Database(path)) as base:
        segments.take(base, lines)


def _knows(path: Path, run: int, began: float) -> bool:
    """Tell whether a journal of this machine has seen a run."""
    if not path.exists():
        return False
    with suppress(OutputError), closing(Database(path)) as base:
        return (
            base.first("SELECT 1 FROM runs WHERE run = ? AND began = ?", [run, began]) is not None
        )
    return False
