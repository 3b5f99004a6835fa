"""The sides of a canvas, in the order in which they are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.arrays import MaskArray


class Side(NamedTuple):
    """One side of a canvas.

    Attributes:
        seen: Rows and columns of what is known by then, and of the side itself.
        new: (h, w) bool, of that size. True where the side is.
    """

    seen: tuple[slice, slice]
    new: MaskArray


def sides(mask: MaskArray) -> tuple[Side, ...]:
    """Return the sides that frame a photo: left and right, then above and below in full width.

    Painted one after the other, each has a photo along all of its length to go on from, and nothing
    in sight that is not painted yet. A model that sees the frame as one hole has little to see of
    what matters at its corners.

    Args:
        mask: (H, W) bool. False where the photo lies on the canvas.

    Returns:
        Sides that together own every masked pixel, each pixel once. None if what is not masked is
        no rectangle, or nothing.
    """
    box = morphology.bounding_box(~mask)
    if box is None or mask[box[1] : box[3], box[0] : box[2]].any():
        return ()
    return tuple(_grown(box, mask.shape))


def _grown(box: tuple[int, int, int, int], size: tuple[int, ...]) -> Iterator[Side]:
    """Yield each side at which a box does not reach the border yet."""
    left, top, right, bottom = box
    height, width = size
    known = [left, top, right, bottom]
    for place, border in ((0, 0), (2, width), (1, 0), (3, height)):
        before, known[place] = tuple(known), border
        if before[place] != border:
            rows, columns = slice(known[1], known[3]), slice(known[0], known[2])
            new = np.ones((rows.stop - rows.start, columns.stop - columns.start), bool)
            new[
                before[1] - rows.start : before[3] - rows.start,
                before[0] - columns.start : before[2] - columns.start,
            ] = False
            yield Side((rows, columns), new)
