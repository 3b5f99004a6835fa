"""Which windows of a photo to paint, for a mask of any size and shape."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from fastseg_edit.ops import islands, length
from fastseg_edit.ops.window import Window

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.ops.islands import Rectangle
    from fastseg_edit.ops.length import Length

LEAST_CONTEXT = 32
"""Pixels of surroundings that even a tiny object gets."""

_OWN = 0.75
"""Share of a window's side that it gives detail to; the rest overlaps with its neighbours."""


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
    size = mask.shape[0], mask.shape[1]
    around = partial(_seen, geometry=replace(geometry, native=None), size=size)
    return tuple(
        _window(owned, _seen(owned, geometry, size), geometry)
        for owned in islands.apart(islands.boxes(mask), around)
    )


def details(mask: MaskArray, coarse: Window, geometry: Geometry) -> tuple[tuple[Window, ...], ...]:
    """Return the windows that give a coarsely painted one its detail back.

    Each level has twice the scale of the one before, and the last one that of the photo: what a
    model changes of a draft, it changes at the size of a few pixels only. Windows of one level
    overlap, and own each masked pixel of the coarse window once.

    Args:
        mask: (H, W) bool.
        coarse: A window that was scaled down.
        geometry: As for `windows`, with a native side.

    Returns:
        For each level its windows, from top to bottom and left to right. None if the window was
        not scaled down, or if the model has no native side.
    """
    scale, levels = max(coarse.inner) / max(coarse.size), list[tuple[Window, ...]]()
    while geometry.native and scale < 1:
        scale = min(2 * scale, 1.0)
        levels.append(_tiles(mask, coarse.owned, geometry, scale))
    return tuple(levels)


def _tiles(
    mask: MaskArray, owned: Rectangle, geometry: Geometry, scale: float
) -> tuple[Window, ...]:
    """Cover the masked pixels of a rectangle with windows of the native side at a scale."""
    # rounded down, or scaled and filled up to a multiple it would be larger than the model's own
    side = max(math.floor((geometry.native or 1) / scale), 1)
    step = max(round(side * _OWN), 1)
    left, top, right, bottom = owned
    cells = (
        (x, y, min(x + step, right), min(y + step, bottom))
        for y in range(top, bottom, step)
        for x in range(left, right, step)
    )
    height, width = mask.shape
    tiles = []
    for cell in cells:
        x, y, end, below = cell
        if mask[y:below, x:end].any():
            seen_left, seen_right = _stretch(x, end, 0, side, width)
            seen_top, seen_bottom = _stretch(y, below, 0, side, height)
            seen = (seen_left, seen_top, seen_right, seen_bottom)
            tiles.append(_scaled(cell, seen, scale, geometry.multiple))
    return tuple(tiles)


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
    return _scaled(owned, seen, scale, geometry.multiple)


def _scaled(owned: Rectangle, seen: Rectangle, scale: float, multiple: int) -> Window:
    left, top, right, bottom = seen
    inner = (max(round((bottom - top) * scale), 1), max(round((right - left) * scale), 1))
    outer = (_up(inner[0], multiple), _up(inner[1], multiple))
    return Window(left, top, right, bottom, inner, outer, owned)


def _up(side: int, multiple: int) -> int:
    return -(-side // multiple) * multiple
