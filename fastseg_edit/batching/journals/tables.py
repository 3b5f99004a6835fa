"""The tables of a journal, and its rows as values of ours."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORM = 1
"""Of the tables. A journal of another form is refused."""

MARK = 0x46534A4C
"""What an SQLite file says in its head if it is a journal: "FSJL"."""

TABLES = """
CREATE TABLE runs (
  run INTEGER PRIMARY KEY, began REAL NOT NULL, ended REAL, process INTEGER NOT NULL,
  about TEXT NOT NULL);
CREATE TABLE items (
  id TEXT PRIMARY KEY, number INTEGER NOT NULL, photo TEXT NOT NULL, operation TEXT NOT NULL,
  output TEXT NOT NULL, place TEXT NOT NULL, run INTEGER NOT NULL, attempt INTEGER) WITHOUT ROWID;
CREATE INDEX items_of ON items (run, number);
CREATE TABLE attempts (
  attempt INTEGER PRIMARY KEY, id TEXT NOT NULL, run INTEGER NOT NULL, began REAL NOT NULL,
  seconds REAL, state TEXT NOT NULL, key TEXT, code TEXT, message TEXT, hint TEXT, facts TEXT);
CREATE INDEX attempts_of ON attempts (id);
CREATE INDEX open_attempts ON attempts (state) WHERE state IN ('begun', 'writing');
CREATE TABLE outputs (
  name TEXT PRIMARY KEY, attempt INTEGER NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  part TEXT NOT NULL, state TEXT, replaces INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX outputs_of ON outputs (attempt);
CREATE TABLE files (
  name TEXT PRIMARY KEY, state TEXT NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
"""
"""An attempt is "begun", then "writing" if it has results, and then in one of the states of
`messages.State`. `files` remembers the hashes of photos and masks, and when they were taken."""

ATTEMPT = "attempt, id, run, began, seconds, state, key, code, message, hint, facts"
"""The columns that `attempt_of` takes."""

OUTPUT = "name, sha256, size, part, state, replaces"
"""The columns that an `Output` is made of."""


class Output(NamedTuple):
    """A file that an attempt wrote, or was about to write.

    Attributes:
        name: In the store of results.
        sha256: Of its bytes.
        size: How many bytes.
        part: What it was called before it appeared.
        state: As of `Store.state` when it was written; None if that was not seen.
        replaces: Whether it may take the place of a file that is there.
    """

    name: str
    sha256: str
    size: int
    part: str
    state: str | None
    replaces: bool


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


class Listed(NamedTuple):
    """An item as the journal has it.

    Attributes:
        id: As of `Item`, and so are those that follow.
        number: From 0.
        photo: Its name in the store of photos.
        operation: In one word.
        output: The name of its result in the store of results.
        place: Where in the manifest it stands.
        run: The last run that it was part of.
    """

    id: str
    number: int
    photo: str
    operation: str
    output: str
    place: str
    run: int


def attempt_of(row: tuple[Any, ...]) -> Attempt:
    """Return the attempt that a row of `ATTEMPT` stands for."""
    number, item, run, began, seconds, state, *texts, facts = row
    key, code, message, hint = (text or "" for text in texts)
    about = json.loads(facts or "{}")
    return Attempt(number, item, run, began, seconds, state, key, code, message, hint, about)


def output_of(row: tuple[Any, ...]) -> Output:
    """Return the file that a row of `OUTPUT` stands for."""
    name, sha256, size, part, state, replaces = row
    return Output(name, sha256, size, part, state, bool(replaces))


def json_of(about: Mapping[str, Any]) -> str:
    """Return values as they are kept in one column."""
    return json.dumps(about, ensure_ascii=False)


def stored(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return values for SQLite, whose texts are UTF-8.

    The name of a file may hold any bytes. One that is no UTF-8 is stored as those bytes, so that
    no two names are taken for one, and each comes back as it was.
    """
    return tuple(_stored(value) if isinstance(value, str) else value for value in values)


def read(row: Iterable[Any]) -> tuple[Any, ...]:
    """Return the values that `stored` was given."""
    return tuple(
        value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value
        for value in row
    )


def _stored(text: str) -> str | bytes:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")  # the only form that has one for every text
    return text
