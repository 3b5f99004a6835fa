"""By how much a photo grows at each side, from the words that say so."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from fastseg_edit.errors import SpecError
from fastseg_edit.ops import length
from fastseg_edit.photos.canvas import Margins
from fastseg_edit.photos.checks import check_size
from fastseg_edit.photos.photo import Limits

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

_MOST = 2**31
"""Pixels of a side, far more than any limit allows."""


@dataclass(frozen=True)
class IsExtent:
    """Marks a setting as lengths for the sides of a photo, so that it is checked as such."""

    def check(self, name: str, value: Any) -> None:
        """Refuse what is neither one length nor four, with E_SPEC."""
        try:
            for each in _sides(value):
                length.pixels(each, 1)
        except SpecError as error:
            raise SpecError(error.code, f"{name}: {error.message}", error.hint) from error


@dataclass(frozen=True)
class IsFormat:
    """Marks a setting as a size or a ratio, so that it is checked as one."""

    def check(self, name: str, value: Any) -> None:
        """Refuse what is neither WIDTHxHEIGHT nor WIDTH:HEIGHT, with E_SPEC."""
        try:
            _format(value)
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


def settled(size: tuple[int, int], options: Mapping[str, Any]) -> Margins:
    """Return by how many pixels a photo grows at each side.

    Args:
        size: (height, width) of the photo.
        options: `extend` or `to`, `anchor` and `max_pixels` count.

    Raises:
        SpecError: With E_SPEC, if that is by none, or if the photo does not fit into the canvas.
        InputError: With E_TOO_MANY_PIXELS, if the canvas would have more than are allowed.
    """
    if "to" in options:
        margins = _to(size, str(options["to"]), options.get("anchor", "centre"))
    else:
        margins = _by(size, options["extend"])
    height, width = margins.grown(size)
    if not any(margins):
        now = f"{size[1]}x{size[0]}"
        raise SpecError("E_SPEC", f"the canvas would be the photo as it is, {now}", FORMS)
    limits = Limits(options.get("max_pixels", Limits.max_pixels))
    check_size(width, height, limits, "the canvas")
    return margins


def _by(size: tuple[int, int], extend: Any) -> Margins:
    wholes = (size[1], size[0], size[1], size[0])
    grown = (length.pixels(each, whole) for each, whole in zip(_sides(extend), wholes, strict=True))
    return Margins(*(round(min(pixels, _MOST)) for pixels in grown))


def _sides(extend: Any) -> tuple[Any, Any, Any, Any]:
    """Return the length of each side: left, top, right, bottom."""
    parts = extend.split(",") if isinstance(extend, str) else extend
    given = list(parts) if isinstance(parts, Sequence) else [parts]
    if len(given) not in (1, 4):
        message = f"one length was wanted, or left, top, right and bottom, got {extend!r}"
        raise SpecError("E_SPEC", message, FORMS)
    left, top, right, bottom = given * (4 // len(given))
    return left, top, right, bottom


def _to(size: tuple[int, int], wanted: str, anchor: str) -> Margins:
    height, width = size
    across, down, is_ratio = _format(wanted)
    if is_ratio:  # the smallest canvas of that shape which holds the photo
        across, down = (
            max(Fraction(width), height * across / down),
            max(Fraction(height), width * down / across),
        )
    beside, below = (
        round(min(side, Fraction(_MOST))) - own for side, own in ((across, width), (down, height))
    )
    if min(beside, below) < 0:
        raise SpecError(
            "E_SPEC",
            f"a canvas of {wanted} does not hold the photo, which is {width}x{height}",
            "Nothing is cut off or scaled down: ask for more.",
        )
    left, right = _shared(beside, "left" in anchor, "right" in anchor)
    top, bottom = _shared(below, "top" in anchor, "bottom" in anchor)
    return Margins(left, top, right, bottom)


def _shared(pixels: int, at_start: bool, at_end: bool) -> tuple[int, int]:
    """Share pixels out between the two sides of a photo."""
    before = 0 if at_start else pixels if at_end else pixels // 2
    return before, pixels - before


def _format(text: str) -> tuple[Fraction, Fraction, bool]:
    """Return the width and the height of WIDTHxHEIGHT or WIDTH:HEIGHT, and if it is a ratio."""
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
