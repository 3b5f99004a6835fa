"""JSON and YAML of a job, read so that nothing that they say is lost."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any

from fastseg_edit import documents
from fastseg_edit.batching.manifests.filling import FILES
from fastseg_edit.errors import InputError, RecipeError, SpecError
from fastseg_edit.requests.problems import inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastseg_edit.requests import Problems

MOST_BYTES = {"YAML": 1_000_000, "JSON": 500_000_000}
"""Reading YAML takes a second for 100 kB, reading JSON takes one for 100 MB."""


NAMING = frozenset({"root", "out", "photos", "exclude", *FILES})
"""Keys under which names of files stand."""

_HALVES = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def document_of(path: Path, problems: Problems) -> Any:
    """Read a file of YAML, or of JSON if it is called so.

    Args:
        path: The file.
        problems: Takes keys that stand in one mapping twice.

    Raises:
        InputError: If it cannot be read, or is too large.
        SpecError: With E_SPEC and the line, if it is neither.
    """
    kind = "JSON" if path.suffix.lower() == ".json" else "YAML"
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES[kind] + 1)
    except FileNotFoundError as error:
        raise InputError("E_INPUT_MISSING", f"{path} does not exist") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError("E_INPUT_ACCESS", f"{str(path)!r} cannot be read: {reason}") from error
    if len(content) > MOST_BYTES[kind]:
        message = f"{path} has more than {MOST_BYTES[kind]} bytes of {kind}"
        hint = "Write the items as JSONL, one on each line."
        raise InputError("E_TOO_MANY_BYTES", message, hint)
    if kind == "JSON":
        return json_of(content.decode("utf-8-sig", "surrogateescape"), "", problems)
    if not content.strip():
        raise SpecError("E_SPEC", f"{path} is empty: a mapping with items was wanted")
    try:
        document = documents.parse(content, str(path))
    except RecipeError as error:
        raise SpecError("E_SPEC", error.message, error.hint) from error
    _refuse_halves(document, "", problems)
    return document


def json_of(text: str, place: str, problems: Problems) -> Any:
    """Read JSON. Arguments and result as of `Json.read`."""
    return Json(problems).read(text, place)


class Json:
    """Reads texts of JSON, in which no key may stand twice.

    Args:
        problems: Takes what is wrong.
    """

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._doubled = list[tuple[dict[str, Any], str]]()
        self._decoder = JSONDecoder(object_pairs_hook=self._paired, parse_constant=_refuse)

    def read(self, text: str, place: str) -> Any:
        """Read one text. What is wrong with it is noted, and None is returned if it is no JSON.

        Args:
            text: The JSON.
            place: Where it stands.
        """
        try:
            document = self._decoder.decode(text)
        except (ValueError, RecursionError) as error:
            self._problems.say(place, f"not JSON: {_reason(error, place)}")
            document = None
        if _HALVES.search(text):
            _refuse_halves(document, place, self._problems)
        if self._doubled:
            for where, name in _places(document, self._doubled, place):
                self._problems.say(inside(where, name), f"key {name!r} stands here twice")
            self._doubled.clear()
        return document

    def _paired(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            self._doubled.extend((found, name) for name in found if names.count(name) > 1)
        return found


def scalar(text: str) -> Any:
    """Return what a text stands for in YAML. Raises a SpecError with E_SPEC."""
    try:
        return documents.scalar(text)
    except RecipeError as error:
        raise SpecError("E_SPEC", error.message, error.hint) from error


def _places(
    document: Any, doubled: list[tuple[dict[str, Any], str]], place: str
) -> Iterator[tuple[str, str]]:
    """Yield the places of mappings, and which of their keys they have twice."""
    yield from ((place, name) for mapping, name in doubled if mapping is document)
    if isinstance(document, dict):
        for key, value in document.items():
            yield from _places(value, doubled, inside(place, key))
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from _places(value, doubled, inside(place, number))


def _reason(error: Exception, place: str) -> str:
    """Return what is wrong with a text, and where: of one line the place is told already."""
    if isinstance(error, RecursionError):
        return "too many brackets"
    if not isinstance(error, JSONDecodeError):
        return str(error)
    line = f"line {error.lineno}, " if not place else ""
    return f"{error.msg} ({line}column {error.colno})"


def _refuse_halves(document: Any, place: str, problems: Problems, errors: str = "strict") -> None:
    """Note every text with half a character, which can be neither written nor told.

    Only in names of files some are fine: they stand for bytes that are no Unicode.
    """
    if isinstance(document, dict):
        for key, value in document.items():
            at = inside(place, key.encode("ascii", "backslashreplace").decode())
            _check_text(key, at, "strict", problems)
            _refuse_halves(value, at, problems, "surrogateescape" if key in NAMING else "strict")
    elif isinstance(document, list):
        for number, value in enumerate(document):
            _refuse_halves(value, inside(place, number), problems, errors)
    elif isinstance(document, str):
        _check_text(document, place, errors, problems)


def _check_text(text: str, place: str, errors: str, problems: Problems) -> None:
    try:
        text.encode("utf-8", errors)
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        problems.say(place, f"{half} is half a character", "Write both of its halves, or neither.")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
