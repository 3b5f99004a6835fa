"""The islands of a mask, so that the work grows with them and not with what lies between."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray

Rectangle: TypeAlias = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels; right and bottom outside."""

MANY = 256
"""With more islands than this, those near each other count as one: they are noise or a texture."""

_CELL = 32  # pixels: a box costs about as much time as so large a square, however small it is
_GONE = np.iinfo(np.intp).min


def boxes(mask: MaskArray) -> list[Rectangle]:
    """Return the box of each island, 8 neighbours connected; none for an empty mask.

    Of more than `MANY` islands, those that lie in neighbouring cells of a grid share a box, so
    that the time for all boxes is at most about that for the whole photo.
    """
    box = morphology.bounding_box(mask)
    if box is None:
        return []
    left, top, right, bottom = box
    pixels = mask[top:bottom, left:right]
    found = _connected(pixels)
    if len(found) > MANY:
        found = _near(pixels)
    return [_moved(each, left, top) for each in found]


def apart(found: Sequence[Rectangle], seen: Callable[[Rectangle], Rectangle]) -> list[Rectangle]:
    """Join boxes whose surroundings overlap, until none do.

    Args:
        found: The boxes.
        seen: Returns a box with its surroundings.

    Returns:
        From top to bottom.
    """
    pending, kept = list(found), list[Rectangle]()
    around = np.full((2 * len(pending), 4), _GONE)  # of what is kept; those joined are gone
    while pending:
        box = pending.pop()
        near = np.flatnonzero(_overlap(seen(box), around[: len(kept)]))
        if near.size:
            around[near] = _GONE
            pending.append(_around([box, *(kept[number] for number in near)]))
        else:
            around[len(kept)] = seen(box)
            kept.append(box)
    left = [kept[number] for number in np.flatnonzero(around[: len(kept), 2] != _GONE)]
    return sorted(left, key=lambda box: (box[1], box[0]))


def neighbourhoods(mask: MaskArray, margin: int) -> list[tuple[slice, slice]]:
    """Return rows and columns of islands, `margin` pixels wider as far as the photo goes.

    Islands whose neighbourhoods would overlap share one, so that each pixel is in one at most.
    """

    def seen(box: Rectangle) -> Rectangle:
        left, top, right, bottom = box
        return max(left - margin, 0), max(top - margin, 0), right + margin, bottom + margin

    wide = (seen(box) for box in apart(boxes(mask), seen))
    return [(slice(top, bottom), slice(left, right)) for left, top, right, bottom in wide]


def _connected(mask: MaskArray) -> list[Rectangle]:
    stats = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)[2]
    return [(x, y, x + width, y + height) for x, y, width, height, _ in stats[1:].tolist()]


def _near(mask: MaskArray) -> list[Rectangle]:
    """Return boxes that together hold all islands, one for those whose cells touch."""
    rows, columns = (np.arange(0, side, _CELL) for side in mask.shape)
    cells = np.logical_or.reduceat(np.logical_or.reduceat(mask, rows), columns, axis=1)
    found = []
    for cell in _connected(cells):
        left, top, right, bottom = (_CELL * edge for edge in cell)
        tight = morphology.bounding_box(mask[top:bottom, left:right]) or (0, 0, 0, 0)
        found.append(_moved(tight, left, top))
    return found


def _moved(box: Rectangle, across: int, down: int) -> Rectangle:
    left, top, right, bottom = box
    return left + across, top + down, right + across, bottom + down


def _overlap(one: Rectangle, others: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell which of (N, 4) boxes overlap with one."""
    left, top, right, bottom = others.T
    across = (one[0] < right) & (left < one[2])
    overlapping: NDArray[np.bool_] = across & (one[1] < bottom) & (top < one[3])
    return overlapping


def _around(found: Sequence[Rectangle]) -> Rectangle:
    lefts, tops, rights, bottoms = zip(*found, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
