"""Words of place and size, "the left one", "the largest": geometry resolves them, not a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.candidates import Candidates


ALIKE = 1.8
"""How many times the area of the smallest object the largest one has if all are of one size."""

CENTRAL = 0.2
"""Share of the photo's diagonal round its centre that is "the middle"."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order in which objects are counted.

    Attributes:
        first: What comes first: left, right, top, bottom, centre, large or small.
        number: Which one is meant, 1 for the first, -1 for the last.
        strict: True for "leftmost" and "the largest", which single one out. False for "on the
            left" and "large", which may also say only which ones of several are meant.
    """

    first: str
    number: int = 1
    strict: bool = False


_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": -1,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6,
}  # fmt: skip
_SIDES = {
    "left-hand": "left", "right-hand": "right", "left": "left", "right": "right",
    "top": "top", "upper": "top", "bottom": "bottom", "lower": "bottom",
    **dict.fromkeys(("middle", "centre", "center"), "centre"),
}  # fmt: skip
_MOST = {
    "leftmost": "left", "rightmost": "right", "topmost": "top", "bottommost": "bottom",
    "highest": "top", "lowest": "bottom", "uppermost": "top",
    "largest": "large", "biggest": "large", "smallest": "small", "tiniest": "small",
}  # fmt: skip
_SIZES = {"large": "large", "big": "large", "huge": "large", "small": "small", "tiny": "small"}


def _any(words: dict[str, int] | dict[str, str]) -> str:
    return f"(?:{'|'.join(words)})"


_NTH, _SIDE = rf"(?P<nth>{_any(_ORDINALS)})", rf"(?P<sides>{_any(_SIDES)}(?:[ -]{_any(_SIDES)})?)"
_PART = r"(?: (?:side|corner|edge|half|part|end))?"
_PHOTO = r"(?: of (?:the|this) (?:photo|picture|image|scene))?"
_KEPT = r"^(?P<kept>(?:(?:the|all|every|each|any|both|these|those|of|two|three|four|five|\d) )*)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # What follows "of" is another object, "on the left of the man": only a model knows it.
        rf"\b{_NTH}(?P<kept>(?: [\w-]+)*?) from (?:the )?{_SIDE}\b(?! of)",
        rf"(?:\b{_NTH}[ -])?\b(?P<most>{_any(_MOST)})\b",
        rf"\b(?P<strict>nearest|closest) (?:to )?(?:the )?{_SIDE}{_PART}{_PHOTO}\b(?! of)",
        rf"\b(?:on|at|in|to) (?:the )?(?P<strict>far )?{_SIDE}{_PART}{_PHOTO}(?=,| and\b|$)",
        rf"{_KEPT}{_SIDE}(?= (?!of\b|hat\b|finger\b|and\b))",
        r"^(?P<kept>the )(?P<sides>left|right|middle|centre|center)$",
    )
)
_SIZED = rf"(?P<size>{_any(_SIZES)}) "
_ONE_SIZED = re.compile(rf"^(?P<kept>the ){_SIZED}")  # "a large cup" is what a cup looks like
_SEVERAL_SIZED = re.compile(_KEPT + _SIZED)


def taken_out(text: str, several: bool) -> tuple[str, tuple[Order, ...]]:
    """Return words without those of place and size, and the orders that these stand for.

    Args:
        text: In small letters, with single spaces.
        several: Whether more than one object is asked for: "large cups" are the large ones among
            the cups, and "a large cup" is any.
    """
    orders: list[Order] = []

    def take(match: re.Match[str]) -> str:
        found = match.groupdict("")
        orders.extend(_orders(found))
        return found.get("kept", "")

    for pattern in (*_PATTERNS, _SEVERAL_SIZED if several else _ONE_SIZED):
        text = " ".join(pattern.sub(take, text, count=1).split())
    return text, tuple(orders)


def _orders(found: dict[str, str]) -> list[Order]:
    nth, strict = found.get("nth", ""), found.get("strict", "")
    if most := found.get("most"):
        return [Order(_MOST[most], _ORDINALS.get(nth, 1), strict=True)]
    if size := found.get("size"):
        return [Order(_SIZES[size])]
    sides = re.findall(_any(_SIDES), found["sides"])
    return [Order(_SIDES[side], _ORDINALS.get(nth, 1), bool(nth or strict)) for side in sides]


def ordered(found: Candidates, orders: tuple[Order, ...], count: int | None) -> Candidates:
    """Return the objects that are meant, in the order that they are counted in.

    For one or a few objects the strict orders count, or all if none is strict; the others only say
    which half of the photo, or which sizes, are meant. For all objects every order does.

    Args:
        found: Objects of one kind.
        orders: At least one.
        count: How many are meant; None for all that are there.

    Returns:
        As many as there are of those meant, which may be none.
    """
    deciding = [order for order in orders if order.strict] or list(orders)
    deciding = deciding if count is not None else []
    for order in orders:
        if order not in deciding and len(found):
            found = found.take(np.flatnonzero(_meant(found, order.first)).tolist())
    if count is None or not len(found):
        return found
    ranks = np.argsort(sum(_keys(found, order.first) for order in deciding), kind="stable")
    number = deciding[0].number
    if number < 0:
        return found.take(ranks[::-1][:count].tolist())
    return found.take(ranks[number - 1 :][:count].tolist())


def _keys(found: Candidates, first: str) -> NDArray[np.float64]:
    """Return a number for each object that is smallest for the first one, about 0 to 1."""
    height, width = found.size
    boxes = np.array([cutout.box for cutout in found.cutouts], np.float64)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2 / width, (boxes[:, 1] + boxes[:, 3]) / 2 / height
    match first:
        case "left" | "right":
            return np.asarray(x if first == "left" else 1 - x, np.float64)
        case "top" | "bottom":
            return np.asarray(y if first == "top" else 1 - y, np.float64)
        case "centre":
            away = np.hypot((x - 0.5) * width, (y - 0.5) * height)
            return np.asarray(away / np.hypot(height, width), np.float64)
    share = found.areas / (height * width)
    return np.asarray(1 - share if first == "large" else share, np.float64)


def _meant(found: Candidates, first: str) -> NDArray[np.bool_]:
    """Return which objects are on the side, or of the size, that is meant."""
    keys = _keys(found, first)
    if first in ("large", "small"):
        # Of objects that differ little in size all are large, and all are small.
        areas = np.maximum(found.areas, 1).astype(np.float64)
        middle, alike = np.sqrt(areas.min() * areas.max()), areas.max() < ALIKE * areas.min()
        return np.asarray((areas >= middle if first == "large" else areas <= middle) | alike)
    return np.asarray(keys < (CENTRAL if first == "centre" else 0.5))
