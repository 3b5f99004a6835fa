"""What is to be read in a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.journals.database import Database
from fastseg_edit.batching.journals.tables import (
    ATTEMPT,
    OUTPUT,
    Attempt,
    Listed,
    Output,
    attempt_of,
    output_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ITEMS = (
    "SELECT items.id, items.number, items.photo, items.operation, items.output, items.place, "
    f"items.run, {', '.join(f'attempts.{name}' for name in ATTEMPT.split(', '))} "
    "FROM items LEFT JOIN attempts USING (attempt) WHERE "
)
_OF_RUN, _OF_ID = f"{_ITEMS}items.run = ? ORDER BY items.number", f"{_ITEMS}items.id = ?"


class Views:
    """A journal that can be read.

    Args:
        path: The file.
        readonly: Only look at it. It has to be there.

    Raises:
        FastsegError: As of `Database`.
    """

    def __init__(self, path: Path, readonly: bool = True) -> None:
        self.path = path
        self.base = Database(path, readonly)

    def items(self, run: int | None = None) -> Iterator[tuple[Listed, Attempt | None]]:
        """Yield each item in order of its number, with the last attempt at it if there is one.

        Args:
            run: The run whose items they are. None for the last one.
        """
        for row in self.base.rows(_OF_RUN, [self.run() if run is None else run]):
            yield self._listed(row)

    def item(self, item_id: str) -> tuple[Listed, Attempt | None]:
        """Return an item with the last attempt at it if there is one. It has to be there."""
        return self._listed(next(self.base.rows(_OF_ID, [item_id])))

    def run(self) -> int:
        """Return the number of the last run that has items; 0 if none has."""
        return int(self.base.value("SELECT MAX(run) FROM items") or 0)

    def last(self, item_id: str) -> Attempt | None:
        """Return the last attempt at an item."""
        found = self.base.first(
            f"SELECT {ATTEMPT} FROM attempts WHERE attempt = "
            "(SELECT attempt FROM items WHERE id = ?)",
            [item_id],
        )
        return self._attempt(found) if found else None

    def unpublished(self) -> list[Attempt]:
        """Return the attempts whose files may not all have appeared when a run ended."""
        query = f"SELECT {ATTEMPT} FROM attempts WHERE state = 'writing'"
        return [self._attempt(row) for row in self.base.rows(query)]

    def outputs(self, attempt: int) -> list[Output]:
        """Return the files of an attempt that no later one has written again."""
        query = f"SELECT {OUTPUT} FROM outputs WHERE attempt = ? ORDER BY name"
        return [output_of(row) for row in self.base.rows(query, [attempt])]

    def owns(self, name: str) -> bool:
        """Tell whether a run of this job wrote a file, or was about to."""
        return self.base.first("SELECT 1 FROM outputs WHERE name = ?", [name]) is not None

    def hash_of(self, name: str, state: str) -> str | None:
        """Return the hash of a file that has not changed since it was taken."""
        query = "SELECT sha256 FROM files WHERE name = ? AND state = ?"
        found = self.base.first(query, [name, state])
        return str(found[0]) if found else None

    def counts(self) -> dict[str, int]:
        """Return how many items of the last run are in each state; "waiting" before any."""
        query = (
            "SELECT COALESCE(attempts.state, 'waiting'), COUNT(*) FROM items "
            "LEFT JOIN attempts USING (attempt) WHERE items.run = ? GROUP BY 1"
        )
        return {str(state): int(count) for state, count in self.base.rows(query, [self.run()])}

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of any query, one at a time."""
        yield from self.base.rows(query, values)

    def close(self) -> None:
        """Close the file."""
        self.base.close()

    def _listed(self, row: tuple[Any, ...]) -> tuple[Listed, Attempt | None]:
        columns = len(Listed._fields)
        tried = None if row[columns] is None else self._attempt(row[columns:])
        return Listed(*row[:columns]), tried

    def _attempt(self, row: tuple[Any, ...]) -> Attempt:
        try:
            return attempt_of(row)
        except (ValueError, TypeError) as error:
            raise self.base.damaged(f"attempt {row[0]} is unreadable") from error
