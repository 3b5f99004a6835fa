"""Objects as pixels: each one a layer that can be laid over any picture, or left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from fastseg_edit.world import fields, shapes

if TYPE_CHECKING:
    from random import Random

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.world.things import Shadow, Thing

Share: TypeAlias = NDArray[np.uint8]
"""(h, w) uint8: shares of pixels, 255 for all of it."""

_GRAIN = 20.0  # steps of the shading between an object's darkest and lightest speck
_STEPS = np.linspace(-1, 1, 256)[:, None]
_WIDEST = 12.0  # standard deviation in pixels up to which blurring is cheap at full size


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One object with its shadow, inside the part of the photo that they touch.

    Attributes:
        box: (left, top, right, bottom) in pixels; right and bottom outside.
        coverage: How much of each pixel the object covers.
        colours: (h, w, 3) uint8 RGB of the object.
        shade: How much of the light its shadow takes away; None without a shadow.
    """

    box: tuple[int, int, int, int]
    coverage: Share
    colours: ImageArray
    shade: Share | None

    @property
    def window(self) -> tuple[slice, slice]:
        """The rows and columns of the photo that the box takes up."""
        left, top, right, bottom = self.box
        return slice(top, bottom), slice(left, right)

    @property
    def touched(self) -> NDArray[np.bool_]:
        """(h, w) bool, True where the object or its shadow changes the picture below."""
        return self.coverage > 0 if self.shade is None else (self.coverage | self.shade) > 0

    def paint(self, onto: ImageArray) -> None:
        """Lay the object, over its shadow, over a picture of the photo's size, in place."""
        under: NDArray[np.uint16] = onto[self.window].astype(np.uint16)
        if self.shade is not None:
            under = _shared(under * (255 - self.shade.astype(np.uint16))[..., None])
        share = self.coverage.astype(np.uint16)[..., None]
        onto[self.window] = _shared(under * (255 - share) + self.colours * share)


def layer(thing: Thing, shadow: Shadow | None, size: tuple[int, int], random: Random) -> Layer:
    """Draw one object.

    Args:
        thing: The object.
        shadow: How it casts its shadow, if it does.
        size: (height, width) of the photo.
        random: Numbers for its grain.
    """
    scale = min(size)
    box = _box(thing, shadow, size)
    inside = (box[3] - box[1], box[2] - box[0])
    covered = shapes.coverage(thing.outline(scale), inside, box[:2])
    colours = _colours(thing, inside, box, scale, random)
    shade = None if shadow is None else _shade(thing, shadow, covered, scale)
    return Layer(box, covered, colours, shade)


def _shared(summed: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Divide by 255, rounded: exact for all that two shares of bytes add up to."""
    summed = summed + np.uint16(128)
    quotient: NDArray[np.uint16] = (summed + (summed >> np.uint16(8))) >> np.uint16(8)
    return quotient


def _box(thing: Thing, shadow: Shadow | None, size: tuple[int, int]) -> tuple[int, int, int, int]:
    reach = 1.0 if shadow is None else 1 + 3 * shadow.blur
    offset = (0.0, 0.0) if shadow is None else shadow.offset
    edges = []
    for side in (-1, 1):
        for middle, shift in zip(thing.centre, offset, strict=True):
            far = max(side * shift + reach, 1.0) * thing.radius
            edges.append((middle + side * far) * min(size))
    left, top = (max(math.floor(edge), 0) for edge in edges[:2])
    right, bottom = (min(math.ceil(edges[2]), size[1]), min(math.ceil(edges[3]), size[0]))
    return left, top, right, bottom


def _colours(
    thing: Thing, size: tuple[int, int], box: tuple[int, int, int, int], scale: int, random: Random
) -> ImageArray:
    """Shade the object from the side that is lit, with grain."""
    palette = np.clip(np.rint(np.array(thing.rgb) + _STEPS * thing.shading), 0, 255)
    x, y = (
        (np.arange(length, dtype=np.float32) + np.float32(start + 0.5 - middle * scale))
        * np.float32(100 / (thing.radius * scale) * light)
        for length, start, middle, light in zip(
            size[::-1], box[:2], thing.centre, thing.light, strict=True
        )
    )
    grain = fields.specks(size, random) * np.float32(_GRAIN / 256)
    shading = grain + x[None] + (y[:, None] + np.float32(128 - _GRAIN / 2))
    step: Any = cv2.convertScaleAbs(np.maximum(shading, 0))
    colours: ImageArray = np.take(palette.astype(np.uint8), step, axis=0)
    return colours


def _shade(thing: Thing, shadow: Shadow, covered: Share, scale: int) -> Share:
    radius = thing.radius * scale
    x, y = (shift * radius for shift in shadow.offset)
    moved: Any = cv2.warpAffine(
        covered, np.array([[1, 0, x], [0, 1, y]]), covered.shape[::-1], flags=cv2.INTER_LINEAR
    )
    dimmed: Any = cv2.convertScaleAbs(
        _blurred(moved, max(shadow.blur * radius, 0.4)), alpha=shadow.strength
    )
    return dimmed  # type: ignore[no-any-return]


def _blurred(share: Share, deviation: float) -> Share:
    """Blur, in a smaller picture if the blur leaves nothing of the finer pixels."""
    times = max(deviation / _WIDEST, 1.0)
    height, width = share.shape
    small = (max(round(width / times), 1), max(round(height / times), 1))
    shrunk: Any = cv2.resize(share, small, interpolation=cv2.INTER_AREA)
    blurred: Any = cv2.GaussianBlur(shrunk, (0, 0), deviation / times)
    grown: Any = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR)
    return grown  # type: ignore[no-any-return]
