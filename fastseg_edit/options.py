"""Options declared once, as annotated fields, and checked wherever they come from.

A type says what a value may be, and `Annotated` adds a range and a sentence of help. The command
line, Python, recipes and the JSON Schema all read that one declaration.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from fastseg_edit.errors import SpecError


@dataclass(frozen=True)
class Range:
    """Bounds of a number.

    Attributes:
        least: The smallest value allowed.
        most: The largest one.
        beyond: True if `least` itself is too small.
    """

    least: float = -math.inf
    most: float = math.inf
    beyond: bool = False

    def check(self, name: str, value: Any) -> None:
        """Refuse a number out of bounds, with E_SPEC."""
        low = value <= self.least if self.beyond else value < self.least
        if isinstance(value, int | float) and (low or value > self.most):
            raise SpecError("E_SPEC", f"{name} must be {self}, got {value!r}")

    def schema(self) -> dict[str, Any]:
        """Return the bounds in the words of JSON Schema."""
        low = {"exclusiveMinimum" if self.beyond else "minimum": self.least}
        return {
            **(low if math.isfinite(self.least) else {}),
            **({"maximum": self.most} if math.isfinite(self.most) else {}),
        }

    def __str__(self) -> str:
        low = f"{'above' if self.beyond else 'at least'} {self.least:g}"
        high = f"at most {self.most:g}"
        bounds = [low] * math.isfinite(self.least) + [high] * math.isfinite(self.most)
        return " and ".join(bounds)


@dataclass(frozen=True)
class Help:
    """A sentence that says what an option does."""

    text: str

    def schema(self) -> dict[str, Any]:
        """Return the sentence as a JSON Schema description."""
        return {"description": self.text}


class Checked:
    """Base of dataclasses whose fields are options: a wrong value never gets in.

    What else an object has come to hold, such as a network, stays behind when it is pickled, and
    is made again where it is needed.
    """

    def __post_init__(self) -> None:
        owner: Any = type(self)
        hints = hints_of(owner)
        for field in fields(self):  # type: ignore[arg-type]
            check(field.name, getattr(self, field.name), hints[field.name])

    def __getstate__(self) -> dict[str, Any]:
        """Return the options alone."""
        owner: Any = self
        return {field.name: getattr(self, field.name) for field in fields(owner)}


@cache
def hints_of(declaration: Any) -> dict[str, Any]:
    """Return the annotated types of a class, by field."""
    return get_type_hints(declaration, include_extras=True)


def check(name: str, value: Any, hint: Any) -> None:
    """Refuse a value that does not fit its declaration.

    Raises:
        SpecError: With E_SPEC, naming what was wanted and what came.
    """
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        check(name, value, inner)
        for extra in extras:
            if hasattr(extra, "check"):
                extra.check(name, value)
    elif get_origin(hint) in (Union, UnionType):
        _check_any(name, value, hint)
    elif not _fits(value, hint):
        raise SpecError("E_SPEC", f"{name} must be {describe(hint)}, got {value!r}")


def describe(hint: Any) -> str:
    """Return in a few words what a type allows."""
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        return " ".join(
            [describe(inner), *(str(extra) for extra in extras if isinstance(extra, Range))]
        )
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(describe(part) for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is Literal:
        return " or ".join(map(str, get_args(hint)))
    kind = get_origin(hint) or hint
    return _WORDS.get(kind, "a model" if _is_protocol(kind) else f"a {kind.__name__}")


def schema(hint: Any) -> dict[str, Any]:
    """Return the JSON Schema of one option. What only Python has, such as a path, is left out."""
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        parts = [extra.schema() for extra in extras if hasattr(extra, "schema")]
        return {key: value for part in [schema(inner), *parts] for key, value in part.items()}
    if get_origin(hint) in (Union, UnionType):
        parts = [schema(part) for part in get_args(hint) if get_origin(part) or part in _TYPES]
        return parts[0] if len(parts) == 1 else {"anyOf": parts}
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is Sequence:
        return {"type": "array", "items": schema(get_args(hint)[0])}
    return {"type": _TYPES.get(hint, "object")}


_WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    Mapping: "a mapping",
    Path: "a path",
    Sequence: "a list",
}
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", NoneType: "null"}


def _check_any(name: str, value: Any, hint: Any) -> None:
    """Try the members of a union that have the value's type."""
    reasons = []
    for part in get_args(hint):
        try:
            return check(name, value, part)
        except SpecError as error:
            reasons.append(error)
    closest = [error for error in reasons if "must be a" not in error.message]
    raise (closest or [SpecError("E_SPEC", f"{name} must be {describe(hint)}, got {value!r}")])[0]


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if hint is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and math.isfinite(value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    kind = get_origin(hint) or hint
    if kind is Sequence and isinstance(value, str):
        return False  # a text is no list of its letters
    if not _is_protocol(kind):
        return isinstance(value, kind)
    # A model given as an object. Its signatures are not looked at, only that it has the names.
    names = [name for name in vars(kind) if not name.startswith("_")]
    return not isinstance(value, type) and all(hasattr(value, name) for name in names)


def _is_protocol(kind: Any) -> bool:
    return getattr(kind, "_is_protocol", False) is True
