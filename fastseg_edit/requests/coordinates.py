"""Coordinates in pixels, or as shares of a photo that is not open yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from fastseg_edit.prompt import Box


@dataclass(frozen=True)
class Share:
    """A share of a side of the photo.

    Attributes:
        percent: 100 for the whole side.
    """

    percent: float


Coordinate: TypeAlias = float | Share
"""Pixels of the upright photo, or a share of its side."""

Corners: TypeAlias = tuple[Coordinate, ...]
"""Left, top, right and bottom of a box."""

EXACT = 2**53
"""Below it, whole numbers are the same as floats."""

POINT, BOX = "X,Y", "LEFT,TOP,RIGHT,BOTTOM"
"""How coordinates are written as a text. In a document they may be a list, too."""


class Click(NamedTuple):
    """A click.

    Attributes:
        x: Pixels or a share, from the left.
        y: The same, from the top.
        on: 1 if it lies on the object, 0 if it lies beside it.
    """

    x: Coordinate
    y: Coordinate
    on: int = 1


def read(given: Any, form: str) -> Corners:
    """Return coordinates, x and y in turn.

    Args:
        given: A text of numbers with commas between them, or a list of numbers; "30%" is a share.
        form: What was asked for, ending with `POINT` or `BOX`.

    Raises:
        SpecError: With E_SPEC, if it is something else.
    """
    try:
        numbers = tuple(_number(part) for part in _listed(given))
    except ValueError:
        numbers = ()
    if len(numbers) != form.count(",") + 1:
        raise SpecError("E_SPEC", f"{form} was wanted, got {given!r}")
    return numbers


def click(given: Any, form: str) -> Click:
    """Return the click that X,Y, X,Y,+ or X,Y,- stands for. Arguments and errors as for `read`."""
    parts = _listed(given)
    sign = str(parts[-1]).strip() if parts else ""
    x, y = read(parts[:-1] if sign in ("+", "-") else given, form)
    return Click(x, y, int(sign != "-"))


def placed(coordinates: Sequence[Coordinate], size: tuple[int, int]) -> tuple[float, ...]:
    """Return coordinates, x and y in turn, in pixels of a photo of a size (height, width)."""
    return tuple(
        size[1 - place % 2] / 100 * each.percent if isinstance(each, Share) else each
        for place, each in enumerate(coordinates)
    )


def box(corners: Corners, size: tuple[int, int]) -> Box:
    """Return a box in pixels of a photo of a size (height, width)."""
    left, top, right, bottom = placed(corners, size)
    return left, top, right, bottom


def shown(coordinate: Coordinate) -> str:
    """Return a coordinate as a text."""
    if isinstance(coordinate, Share):
        return f"{coordinate.percent:g}%"
    return f"{coordinate:g}"


def _listed(given: Any) -> list[Any]:
    if isinstance(given, str):
        return given.split(",")
    return list(given) if isinstance(given, Sequence) else []


def _number(part: Any) -> Coordinate:
    if type(part) is float or (type(part) is int and abs(part) < EXACT):
        return float(part)
    if isinstance(part, bool) or not isinstance(part, int | float | str):
        raise ValueError(f"no number: {part!r}")  # `read` words it
    text = str(part).strip()
    if text.endswith("%"):
        return Share(float(text.removesuffix("%")))
    return float(text)
