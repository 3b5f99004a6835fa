"""Which windows of a photo to paint, for a mask of any size and shape."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from fastseg_edit.ops import length, morphology
from fastseg_edit.ops.window import Window

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.ops.length import Length

Rectangle: TypeAlias = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels; right and bottom outside."""

LEAST_CONTEXT = 32
"""Pixels of surroundings that even a tiny object gets."""

MOST_ISLANDS = 256
"""A mask in more pieces than this is noise or a texture, and gets one window."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """How windows are laid out.

    Attributes:
        context: Surroundings seen on every side, in pixels or relative to the object's longer
            side, at least 32 pixels.
        native: Side in pixels of the square that the model was made for. A larger window is scaled
            down to it; a smaller one takes in more of the photo instead of being scaled up. None
            if any size will do.
        multiple: Both sides of what the model sees are multiples of this.
    """

    context: Length = "100%"
    native: int | None = None
    multiple: int = 1

    @property
    def least_context(self) -> int:
        """Pixels of surroundings that even a tiny object gets; fewer if the model sees little."""
        return LEAST_CONTEXT if self.native is None else min(LEAST_CONTEXT, self.native // 4)


def windows(mask: MaskArray, geometry: Geometry) -> tuple[Window, ...]:
    """Return windows that together own every masked pixel, each pixel once.

    Islands so far apart that their surroundings do not touch get windows of their own; near ones
    share one.

    Args:
        mask: (H, W) bool.
        geometry: Context, and what the model wants.

    Returns:
        From top to bottom. None for an empty mask.
    """
    height, width = mask.shape
    return tuple(
        _window(owned, _seen(owned, geometry, (height, width)), geometry)
        for owned in _apart(_islands(mask), geometry, (height, width))
    )


def _islands(mask: MaskArray) -> list[Rectangle]:
    box = morphology.bounding_box(mask)
    if box is None:
        return []
    left, top, right, bottom = box
    pixels = mask[top:bottom, left:right].astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(pixels, connectivity=8)
    if count - 1 > MOST_ISLANDS:
        return [box]
    return [
        (left + int(x), top + int(y), left + int(x + w), top + int(y + h))
        for x, y, w, h, _ in stats[1:]
    ]


def _apart(boxes: list[Rectangle], geometry: Geometry, size: tuple[int, int]) -> list[Rectangle]:
    """Join boxes whose surroundings overlap, until none do."""
    geometry = replace(geometry, native=None)
    pending, apart = list(boxes), list[Rectangle]()
    while pending:
        box = pending.pop()
        seen = _seen(box, geometry, size)
        near = [other for other in apart if _overlap(seen, _seen(other, geometry, size))]
        if not near:
            apart.append(box)
            continue
        apart = [other for other in apart if other not in near]
        pending.append(_around([box, *near]))
    return sorted(apart, key=lambda box: (box[1], box[0]))


def _seen(owned: Rectangle, geometry: Geometry, size: tuple[int, int]) -> Rectangle:
    """Return a box with its surroundings, inside the photo."""
    left, top, right, bottom = owned
    longer = max(right - left, bottom - top)
    margin = round(length.pixels(geometry.context, longer, least=geometry.least_context))
    # A model made for a square gets one, as far as the photo allows.
    side = max(geometry.native, longer + 2 * margin) if geometry.native else 0
    height, width = size
    left, right = _stretch(left, right, margin, side, width)
    top, bottom = _stretch(top, bottom, margin, side, height)
    return left, top, right, bottom


def _stretch(start: int, stop: int, margin: int, least: int, end: int) -> tuple[int, int]:
    """Widen a span by a margin and to a least length, shifted to stay within 0 and `end`."""
    length_wanted = min(max(stop - start + 2 * margin, least), end)
    centre = (start + stop) // 2
    low = min(max(centre - length_wanted // 2, 0), end - length_wanted)
    return min(low, max(start - margin, 0)), max(low + length_wanted, min(stop + margin, end))


def _window(owned: Rectangle, seen: Rectangle, geometry: Geometry) -> Window:
    left, top, right, bottom = seen
    height, width = bottom - top, right - left
    scale = min(1.0, (geometry.native or max(height, width)) / max(height, width))
    inner = (max(round(height * scale), 1), max(round(width * scale), 1))
    outer = (_up(inner[0], geometry.multiple), _up(inner[1], geometry.multiple))
    return Window(left, top, right, bottom, inner, outer, owned)


def _up(side: int, multiple: int) -> int:
    return -(-side // multiple) * multiple


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _around(boxes: list[Rectangle]) -> Rectangle:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
