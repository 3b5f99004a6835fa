"""Rows of a journal as lines of text, so that they can be somewhere else before the journal is.

Each line says all of one attempt. What an attempt has become at its end stays, so lines may be
taken in any order and any number of times.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.journals.tables import FORM
from fastseg_edit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastseg_edit.batching.journals.database import Database

_OPEN = ("begun", "writing")
"""What an attempt may be before its end."""


def run_line(base: Database, run: int) -> str:
    """Return what a journal says of a run."""
    return _line({"run": base.first("SELECT * FROM runs WHERE run = ?", [run])})


def attempt_line(base: Database, attempt: int) -> str:
    """Return what a journal says of an attempt, of its item and of its files."""
    return _line({
        "attempt": base.first("SELECT * FROM attempts WHERE attempt = ?", [attempt]),
        "item": base.first("SELECT * FROM items WHERE attempt = ?", [attempt]),
        "outputs": [*base.rows("SELECT * FROM outputs WHERE attempt = ?", [attempt])],
    })  # fmt: skip


def take(base: Database, lines: Iterable[str]) -> None:
    """Bring into a journal what lines say.

    Raises:
        OutputError: With E_JOURNAL, if they make no sense.
    """
    with base.together():
        for text in lines:
            with _told(text):
                _take(base, json.loads(text))


def last_run(lines: Iterable[str]) -> tuple[int, float] | None:
    """Return the number of the last run that lines tell of, and when it began.

    Raises:
        OutputError: With E_JOURNAL, if they make no sense.
    """
    last: tuple[int, float] | None = None
    for text in lines:
        if '"run"' not in text[:40]:
            continue
        with _told(text):
            number, began = json.loads(text)["run"][:2]
            last = max(last or (0, 0.0), (int(number), float(began)))
    return last


@contextmanager
def _told(text: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        message = f"the log of the journal is damaged: {text[:60]!r}"
        raise OutputError("E_JOURNAL", message) from error


def _line(said: dict[str, Any]) -> str:
    return json.dumps({"form": FORM, **said}, separators=(",", ":"))


def _take(base: Database, said: dict[str, Any]) -> None:
    if said["form"] != FORM:
        raise ValueError("of another form")
    if "run" in said:
        _put(base, "runs", said["run"], "IGNORE")
        return
    attempt, item, outputs = said["attempt"], said["item"], said["outputs"]
    number = attempt[0]
    known = base.first("SELECT state FROM attempts WHERE attempt = ?", [number])
    if known is not None and known[0] not in _OPEN:
        return
    _put(base, "attempts", attempt, "REPLACE")
    base.do("DELETE FROM outputs WHERE attempt = ?", [number])
    for row in outputs:
        later = "SELECT 1 FROM outputs WHERE name = ? AND attempt > ?"
        if base.first(later, [row[0], number]) is None:
            _put(base, "outputs", row, "REPLACE")
    if item is not None:
        _put(base, "items", item, "IGNORE")
        newest = "UPDATE items SET attempt = MAX(COALESCE(attempt, 0), ?) WHERE id = ?"
        base.do(newest, [number, item[0]])


def _put(base: Database, table: str, row: list[Any], otherwise: str) -> None:
    places = ", ".join("?" * len(row))
    base.do(f"INSERT OR {otherwise} INTO {table} VALUES ({places})", row)
