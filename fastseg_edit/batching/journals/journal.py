"""What a job has done so far: one SQLite file, a row for each item and for each attempt at it.

The file is in write-ahead mode, so that whoever looks at it does not stop the job. A row is there
before a result appears under its name, and says which bytes that will be. After a sudden end the
next run compares, and nothing is done twice.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.journals.tables import Attempt, Output, json_of
from fastseg_edit.batching.journals.views import Views

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.workers.messages import Made

__all__ = ["Attempt", "Journal", "Output"]


class Journal(Views):
    """An open journal. One process at a time may write; see `locks`.

    Args:
        path: The file. It is made if it is not there, with its folder.
        readonly: Only look at it. It has to be there.

    Raises:
        FastsegError: As of `Database`.
    """

    def __init__(self, path: Path, readonly: bool = False) -> None:
        super().__init__(path, readonly)

    def begin(self, about: Mapping[str, Any]) -> int:
        """Note that a run begins, and return its number."""
        return self.base.do(
            "INSERT INTO runs (began, process, about) VALUES (?, ?, ?)",
            [time.time(), os.getpid(), json_of(about)],
        )

    def end(self, run: int) -> None:
        """Note that a run is over."""
        self.base.do("UPDATE runs SET ended = ? WHERE run = ?", [time.time(), run])

    def enlist(self, items: Iterable[Item], run: int) -> None:
        """Note the items of a run. What was noted of them before stays."""
        rows = (
            (one.id, one.number, one.photo, one.operation, one.output, one.place, run)
            for one in items
        )
        with self.together():
            self.base.each(
                "INSERT INTO items (id, number, photo, operation, output, place, run) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "number = excluded.number, photo = excluded.photo, operation = excluded.operation, "
                "output = excluded.output, place = excluded.place, run = excluded.run",
                rows,
            )

    def begun(self, item: Item, run: int) -> int:
        """Note that an item is given to a worker, and return the number of the attempt."""
        with self.together():
            number = self.base.do(
                "INSERT INTO attempts (id, run, began, state) VALUES (?, ?, ?, 'begun')",
                [item.id, run, time.time()],
            )
            self.base.do("UPDATE items SET attempt = ? WHERE id = ?", [number, item.id])
        return number

    def writing(self, made: Made, overwrite: bool = False) -> list[Output]:
        """Note which files are about to appear, as `writing_all` does for several items."""
        return self.writing_all([(made, overwrite)])[0]

    def writing_all(self, group: Sequence[tuple[Made, bool]]) -> list[list[Output]]:
        """Note which files of several items are about to appear, and return them.

        It is on the disk when this returns. Otherwise a file could outlive, with the power, the
        row that says that it is ours; the next run would take it for a stranger's. All other rows
        may be lost that way: what they say is found again by comparing hashes, or done again.

        Args:
            group: For each item the files, complete but not under their names; and whether they
                may take the place of files that no run of this job has written.

        Raises:
            OutputError: With E_OUTPUT_WRITE, if the journal was moved or removed meanwhile.
        """
        self.base.check_there()
        self.base.sync(True)
        with self.together():
            written = [self._writing(made, overwrite) for made, overwrite in group]
        self.base.sync(False)
        return written

    def _writing(self, made: Made, overwrite: bool) -> list[Output]:
        outputs = [
            Output(name, sha256, size, part, None, overwrite or self.owns(name))
            for name, part, sha256, size in made.parts
        ]
        self.base.do(
            "UPDATE attempts SET state = 'writing', key = ?, facts = ? WHERE attempt = ?",
            [made.key, json_of({**made.facts, "state": made.state}), made.attempt],
        )
        self.base.each(
            "INSERT OR REPLACE INTO outputs (attempt, name, sha256, size, part, state, "
            "replaces) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((made.attempt, *each) for each in outputs),
        )
        return outputs

    def ended(self, made: Made, seconds: float, states: Mapping[str, str | None]) -> None:
        """Note how an attempt ended.

        Args:
            made: What came of it.
            seconds: How long it took.
            states: For each of its files, by name, what `Store.state` says now.
        """
        code, message, hint = made.error or (None, None, None)
        values = (seconds, made.state, made.key, code, message, hint, json_of(made.facts))
        with self.together():
            self.base.do(
                "UPDATE attempts SET seconds = ?, state = ?, key = ?, code = ?, message = ?, "
                "hint = ?, facts = ? WHERE attempt = ?",
                (*values, made.attempt),
            )
            self.base.each(
                "UPDATE outputs SET state = ? WHERE name = ?",
                ((state, name) for name, state in states.items()),
            )
            for name, state, sha256 in made.hashes:
                self.hashed(name, state, sha256)

    def disown(self, names: Collection[str]) -> None:
        """Forget files that were about to appear and did not, as somebody else's are there."""
        query = "DELETE FROM outputs WHERE name = ? AND NOT replaces"
        with self.together():
            self.base.each(query, ((name,) for name in names))

    def abandon(self) -> None:
        """Note of attempts that were begun, and whose end nobody will see, that they are over."""
        self.base.do("UPDATE attempts SET state = 'cancelled' WHERE state = 'begun'")

    def hashed(self, name: str, state: str, sha256: str) -> None:
        """Remember the hash of a file, and the state that it had."""
        self.base.do("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", [name, state, sha256])

    def together(self) -> AbstractContextManager[None]:
        """Write several rows, or none."""
        return self.base.together()
