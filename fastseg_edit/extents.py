"""The words that say by how much a photo grows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from fastseg_edit.errors import SpecError
from fastseg_edit.ops import length

Anchor: TypeAlias = Literal[
    "centre",
    "left",
    "right",
    "top",
    "bottom",
    "top-left",
    "top-right",
    "bottom-left",
    "bottom-right",
]
"""Where on the canvas the photo lies."""

FORMS = "Say --extend 20%, --extend LEFT,TOP,RIGHT,BOTTOM, --to 1200x800 or --to 16:9."

SETTINGS = ("extend", "to", "anchor", "align")
"""Settings that only a canvas has."""


@dataclass(frozen=True)
class IsExtent:
    """Marks a setting as lengths for the sides of a photo, so that it is checked as such."""

    def check(self, name: str, value: Any) -> None:
        """Refuse what is neither one length nor four, with E_SPEC."""
        try:
            for each in sides(value):
                length.pixels(each, 1)
        except SpecError as error:
            raise SpecError(error.code, f"{name}: {error.message}", error.hint) from error


@dataclass(frozen=True)
class IsFormat:
    """Marks a setting as a size or a ratio, so that it is checked as one."""

    def check(self, name: str, value: Any) -> None:
        """Refuse what is neither WIDTHxHEIGHT nor WIDTH:HEIGHT, with E_SPEC."""
        try:
            read_format(value)
        except SpecError as error:
            raise SpecError(error.code, f"{name}: {error.message}", error.hint) from error


def check(operation: str, options: Mapping[str, Any]) -> None:
    """Refuse settings of the canvas where there is none, and an outpainting without them.

    Raises:
        SpecError: With E_SPEC.
    """
    given = [name for name in SETTINGS if name in options]
    if operation != "outpaint":
        if given:
            raise SpecError("E_SPEC", f"{operation} does not extend the photo, got {given[0]}")
        return
    if ("extend" in given) == ("to" in given):
        came = "both extend and to" if "to" in given else "neither"
        raise SpecError("E_SPEC", f"outpaint wants either extend or to, got {came}", FORMS)
    if "anchor" in given and "to" not in given:
        raise SpecError("E_SPEC", "anchor says where the photo lies in what --to asks for", FORMS)


def sides(extend: Any) -> tuple[Any, Any, Any, Any]:
    """Return the length of each side: left, top, right, bottom.

    Raises:
        SpecError: With E_SPEC, if it is neither one length nor four.
    """
    parts = extend.split(",") if isinstance(extend, str) else extend
    given = list(parts) if isinstance(parts, Sequence) else [parts]
    if len(given) not in (1, 4):
        message = f"one length was wanted, or left, top, right and bottom, got {extend!r}"
        raise SpecError("E_SPEC", message, FORMS)
    left, top, right, bottom = given * (4 // len(given))
    return left, top, right, bottom


def read_format(text: str) -> tuple[Fraction, Fraction, bool]:
    """Return the width and the height of WIDTHxHEIGHT or WIDTH:HEIGHT, and if it is a ratio.

    Raises:
        SpecError: With E_SPEC, if it is neither.
    """
    is_ratio = ":" in text
    numbers = [_number(part) for part in text.lower().split(":" if is_ratio else "x")]
    whole = is_ratio or all(number.denominator == 1 for number in numbers)
    if len(numbers) != 2 or min(numbers) <= 0 or not whole:
        message = f"a size or a ratio above 0 was wanted, such as 1200x800 or 16:9, got {text!r}"
        raise SpecError("E_SPEC", message)
    return numbers[0], numbers[1], is_ratio


def _number(text: str) -> Fraction:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    return Fraction(text.strip()) if math.isfinite(number) else Fraction(0)
