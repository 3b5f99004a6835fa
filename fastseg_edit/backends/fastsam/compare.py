"""How well masks agree with what a prompt drew, told from a few thousand places.

A photo may hold 50 million pixels and 300 masks. None of them is brought to its pixels here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.cutouts import Cutout
    from fastseg_edit.prompt import Box

_LATTICE = 128  # places along each side of a box
_SPREAD = 512  # places on strokes
_AT_ONCE = 32  # places that are looked up together: each costs as many as there are


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """Places spread over the pixels of strokes.

    Attributes:
        columns: (n,) x, in pixels.
        rows: (n,) y.
    """

    columns: NDArray[np.intp]
    rows: NDArray[np.intp]

    def share_on(self, cutout: Cutout) -> float:
        """Return the share of the strokes that lies on a mask; 0 if there are none."""
        left, top, right, bottom = cutout.box
        inside = (self.columns >= left) & (self.columns < right)
        inside &= (self.rows >= top) & (self.rows < bottom)
        columns, rows = self.columns[inside], self.rows[inside]
        held = 0
        for first in range(0, len(columns), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            held += int(np.count_nonzero(cutout.at(columns[part], rows[part]).diagonal()))
        return held / max(1, len(self.columns))


def spread(strokes: MaskArray) -> Strokes:
    """Choose places on strokes: all pixels of short ones, and every second, third... of long ones.

    Args:
        strokes: (H, W) bool.
    """
    pixels = np.flatnonzero(strokes)
    chosen = pixels[_evenly(0, len(pixels), _SPREAD)]
    rows, columns = np.divmod(chosen, strokes.shape[1])
    return Strokes(columns, rows)


@dataclass(frozen=True, slots=True, eq=False)
class Rough:
    """A rough mask on a lattice of places in its own box.

    Attributes:
        columns: (n,) x of the places, in pixels.
        rows: (m,) y.
        here: (m, n) bool: where the mask is.
        area: Number of its pixels.
    """

    columns: NDArray[np.intp]
    rows: NDArray[np.intp]
    here: MaskArray
    area: int

    @classmethod
    def of(cls, pixels: MaskArray) -> Rough:
        """Look at a mask, (H, W) bool."""
        down, across = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
        if not down.size:
            nowhere = np.zeros(0, np.intp)
            return cls(nowhere, nowhere, np.zeros((0, 0), bool), 0)
        columns = _evenly(int(across[0]), int(across[-1]) + 1, _LATTICE)
        rows = _evenly(int(down[0]), int(down[-1]) + 1, _LATTICE)
        return cls(columns, rows, pixels[np.ix_(rows, columns)], int(np.count_nonzero(pixels)))

    def overlap(self, cutout: Cutout) -> float:
        """Return the intersection over union with a mask, 0 to 1."""
        seen = np.count_nonzero(self.here)
        if not seen:
            return 0.0
        both = int(np.count_nonzero(cutout.at(self.columns, self.rows) & self.here))
        common = both / seen * self.area
        # What is common lies in the box that was looked at, but areas may be reckoned from cells.
        return common / max(common, self.area + cutout.area - common, 1.0)


def share_in(cutout: Cutout, box: Box) -> float:
    """Return the share of a mask that lies in a box, 0 to 1."""
    left, top, right, bottom = cutout.box
    columns, rows = _evenly(left, right, _LATTICE), _evenly(top, bottom, _LATTICE)
    mask = cutout.at(columns, rows)
    inside_x = (columns + 0.5 > box[0]) & (columns + 0.5 < box[2])
    inside_y = (rows + 0.5 > box[1]) & (rows + 0.5 < box[3])
    held = int(np.count_nonzero(mask & inside_x & inside_y[:, None]))
    return held / max(1, int(np.count_nonzero(mask)))


def boxes(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the intersection over union of two boxes, 0 to 1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return width * height / (sum(areas) - width * height)


def _evenly(first: int, last: int, most: int) -> NDArray[np.intp]:
    """Return at most `most` whole numbers, evenly spread from `first` up to `last`."""
    count = min(last - first, most)
    return first + ((np.arange(count) + 0.5) * (last - first) / max(1, count)).astype(np.intp)
