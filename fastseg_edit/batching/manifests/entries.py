"""The entries of a job as its file has them, one after the other: none is kept in memory."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Protocol

from fastseg_edit.batching.manifests import notation
from fastseg_edit.errors import InputError
from fastseg_edit.requests.problems import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fastseg_edit.requests import Problems

PROMPTS = ("text", "point", "box", "mask", "ref")
"""Columns of a CSV file that are parts of the prompt."""

PLAIN = frozenset({*PROMPTS, "photo", "photos", "id", "name", "caption", "operation"})
"""Columns whose cells are texts, whatever they look like. Others are values as in YAML."""

SEPARATORS = ",;\t"
"""What may stand between the cells of a CSV file, whose first line tells."""

LINES = (".jsonl", ".ndjson")
TABLES = (".csv", ".tsv")


class Entries(Protocol):
    """The entries of a job, which can be gone through more than once."""

    def each(self, problems: Problems) -> Iterator[tuple[str, Any]]:
        """Yield the place and what stands there.

        Args:
            problems: Takes what cannot be read.
        """


class Listed:
    """Entries of one document.

    Args:
        entries: What stands under `items`.
    """

    def __init__(self, entries: Sequence[Any]) -> None:
        self._entries = entries

    def each(self, _problems: Problems) -> Iterator[tuple[str, Any]]:
        """Yield the JSON pointer and what stands there."""
        for number, entry in enumerate(self._entries):
            yield inside("/items", number), entry


class Lines:
    """Entries of a JSONL file, one on each line. The first may be the rest of the job instead.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path.absolute())

    def head(self, problems: Problems) -> dict[str, Any]:
        """Return what the first line says of the job. Empty if it is an item."""
        for _, line in _read(self._path):
            document = notation.json_of(line, "line 1", problems) if line.strip() else {}
            return document if _is_head(document) else {}
        return {}

    def each(self, problems: Problems) -> Iterator[tuple[str, Any]]:
        """Yield the number of the line and what stands there."""
        json = notation.Json(problems)
        for number, line in _read(self._path):
            if not line.strip():
                continue
            place = f"line {number}"
            before = len(problems.found)
            entry = json.read(line, place)
            if len(problems.found) == before and not (number == 1 and _is_head(entry)):
                yield place, entry


class Table:
    """Entries of a CSV file, one in each row. The first row names the keys.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values = dict[str, Any]()

    def __str__(self) -> str:
        return str(self._path.absolute())

    def each(self, problems: Problems) -> Iterator[tuple[str, Any]]:
        """Yield the number of the line that a row ends on, and what stands there."""
        lines = (line for _, line in _read(self._path))
        first = next(lines, "")
        separator = max(SEPARATORS, key=first.count)
        keys = [key.strip() for key in next(csv.reader([first], delimiter=separator), [])]
        for key in {key for key in keys if keys.count(key) > 1 or not key}:
            problems.say("line 1", f"a column is called {key!r} that another is called, too")
        rows = csv.reader(lines, delimiter=separator, strict=True)
        try:
            for row in rows:
                place = f"line {rows.line_num + 1}"
                if len(row) > len(keys):
                    problems.say(place, f"{len(keys)} cells were wanted, got {len(row)}")
                elif any(cell.strip() for cell in row):
                    yield place, self._entry(dict(zip(keys, row, strict=False)), place, problems)
        except csv.Error as error:
            problems.say(f"line {rows.line_num + 1}", f"not CSV: {error}")

    def _entry(self, row: dict[str, str], place: str, problems: Problems) -> dict[str, Any]:
        """Return what a row says. An empty cell says nothing."""
        said = {key: text for key, cell in row.items() if (text := cell.strip())}
        prompt = [{key: said.pop(key)} for key in row if key in PROMPTS and key in said]
        entry: dict[str, Any] = {"prompt": prompt} if prompt else {}
        for key, cell in said.items():
            if key in PLAIN:
                entry[key] = cell
                continue
            with problems.at(inside(place, key)):
                entry[key] = self._value(cell)
        return entry

    def _value(self, cell: str) -> Any:
        """Return the value that a cell stands for in YAML, which many cells have in common."""
        if cell.isdecimal() and cell.isascii() and (cell == "0" or cell[0] != "0"):
            return int(cell)
        if cell not in self._values:
            if len(self._values) > 10_000:
                self._values.clear()
            self._values[cell] = notation.scalar(cell)
        return self._values[cell]


def entries_of(path: Path) -> Lines | Table | None:
    """Return the entries of a file with one on each line. None if it is no such file."""
    ending = path.suffix.lower()
    return Lines(path) if ending in LINES else Table(path) if ending in TABLES else None


def _is_head(document: Any) -> bool:
    """Tell whether a line is the rest of the job: an item names photos."""
    return (
        isinstance(document, dict)
        and not document.keys() & {"photo", "photos"}
        and bool(document.keys() & {"version", "root", "out", "defaults", "limits", "items"})
    )


def _read(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file, numbered from 1."""
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, line in enumerate(file, 1):
                yield number, line
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or f"line {number + 1} is not UTF-8"
        raise InputError("E_INPUT_ACCESS", f"{str(path)!r} cannot be read: {reason}") from error
