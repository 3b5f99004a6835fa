"""The islands of a mask, so that the work grows with them and not with what lies between."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastseg_edit.arrays import MaskArray

Rectangle: TypeAlias = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels; right and bottom outside."""

MOST = 256
"""A mask in more pieces than this is noise or a texture, and counts as one island."""


def boxes(mask: MaskArray) -> list[Rectangle]:
    """Return the box of each island, 8 neighbours connected; none for an empty mask."""
    box = morphology.bounding_box(mask)
    if box is None:
        return []
    left, top, right, bottom = box
    pixels = mask[top:bottom, left:right].astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(pixels, connectivity=8)
    if count - 1 > MOST:
        return [box]
    return [
        (left + int(x), top + int(y), left + int(x + w), top + int(y + h))
        for x, y, w, h, _ in stats[1:]
    ]


def apart(found: Sequence[Rectangle], seen: Callable[[Rectangle], Rectangle]) -> list[Rectangle]:
    """Join boxes whose surroundings overlap, until none do.

    Args:
        found: The boxes.
        seen: Returns a box with its surroundings.

    Returns:
        From top to bottom.
    """
    pending, result = list(found), dict[Rectangle, Rectangle]()  # with their surroundings
    while pending:
        box = pending.pop()
        here = seen(box)
        near = [other for other, there in result.items() if _overlap(here, there)]
        if not near:
            result[box] = here
            continue
        for other in near:
            del result[other]
        pending.append(_around([box, *near]))
    return sorted(result, key=lambda box: (box[1], box[0]))


def neighbourhoods(mask: MaskArray, margin: int) -> list[tuple[slice, slice]]:
    """Return rows and columns of islands, `margin` pixels wider as far as the photo goes.

    Islands whose neighbourhoods would overlap share one, so that each pixel is in one at most.
    """

    def seen(box: Rectangle) -> Rectangle:
        left, top, right, bottom = box
        return max(left - margin, 0), max(top - margin, 0), right + margin, bottom + margin

    wide = (seen(box) for box in apart(boxes(mask), seen))
    return [(slice(top, bottom), slice(left, right)) for left, top, right, bottom in wide]


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _around(found: Sequence[Rectangle]) -> Rectangle:
    lefts, tops, rights, bottoms = zip(*found, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
