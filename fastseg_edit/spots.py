"""Where in a photo an object is put, and how large."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastseg_edit.errors import PromptError, SpecError
from fastseg_edit.ops import length
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked, Range
from fastseg_edit.requests import coordinates

Coordinates: TypeAlias = str | Sequence[float | str] | None
"""Numbers of pixels, or shares such as "30%", one by one or in one text with commas."""


@dataclass(frozen=True)
class Spot(Checked):
    """Where an object goes.

    Attributes:
        at: x and y of its middle, in pixels or as shares of the photo: "30%,60%" or (120, "60%").
            None for the middle of the photo.
        height: Its height, in pixels or as a share of the photo's. None for `scale`.
        scale: How many times larger than in its own photo. None for 1.
        flip: True to swap left and right.
        into: A box (left, top, right, bottom), as `at`, that it fills as far as its shape allows,
            instead of `at`, `height` and `scale`.

    Raises:
        SpecError: With E_SPEC, if two of them say the same thing, or one cannot be.
    """

    at: Coordinates = None
    height: Length | None = None
    scale: Annotated[float, Range(0, 1000, beyond=True)] | None = None
    flip: bool = False
    into: Coordinates = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.at is not None:
            coordinates.read(self.at, "at X,Y")
        if self.into is not None:
            coordinates.read(self.into, "into LEFT,TOP,RIGHT,BOTTOM")
        sized = [name for name in ("height", "scale") if getattr(self, name) is not None]
        if len(sized) > 1 or (self.into is not None and (sized or self.at is not None)):
            raise SpecError(
                "E_SPEC",
                "the size of what is pasted is said twice",
                "Give --at with --height or --scale, or --into alone.",
            )

    def settled(
        self, photo: tuple[int, int], found: tuple[float, float]
    ) -> tuple[tuple[float, float], float]:
        """Return the middle (x, y) in pixels, and how many times larger the object becomes.

        Args:
            photo: (height, width) of the photo that it is put into.
            found: (height, width) of the object in its own photo.

        Raises:
            PromptError: With E_BOX_EMPTY or E_POINT_RANGE, if the spot is no place in the photo.
            SpecError: With E_SPEC, if nothing would be left of the object.
        """
        if self.into is not None:
            return self._within(photo, found)
        at = coordinates.read("50%,50%" if self.at is None else self.at, "at X,Y")
        x, y = coordinates.placed(at, photo)
        if not (math.isfinite(x) and math.isfinite(y)):
            raise PromptError("E_POINT_RANGE", f"at is not a number: {x:g},{y:g}")
        factor = 1.0 if self.scale is None else self.scale
        if self.height is not None:
            factor = length.pixels(self.height, photo[0]) / found[0]
        return (x, y), _sensible(factor, photo, found)

    def _within(
        self, photo: tuple[int, int], found: tuple[float, float]
    ) -> tuple[tuple[float, float], float]:
        corners = coordinates.read(self.into, "into LEFT,TOP,RIGHT,BOTTOM")
        left, top, right, bottom = coordinates.placed(corners, photo)
        if not (left < right and top < bottom and math.isfinite(right - left + bottom - top)):
            message = f"box {left:g},{top:g},{right:g},{bottom:g} has no area"
            raise PromptError("E_BOX_EMPTY", message)
        factor = min((bottom - top) / found[0], (right - left) / found[1])
        return ((left + right) / 2, (top + bottom) / 2), _sensible(factor, photo, found)


def _sensible(factor: float, photo: tuple[int, int], found: tuple[float, float]) -> float:
    """Refuse a size of less than a pixel, or of many photos."""
    longer = factor * max(found)
    if longer < 1:
        raise SpecError("E_SPEC", f"the object would be {longer:g} pixels large")
    if longer > 4 * max(photo):
        message = f"the object would be {longer:.0f} pixels large, the photo has {max(photo)}"
        raise SpecError("E_SPEC", message, "Four times the photo is the most.")
    return factor
