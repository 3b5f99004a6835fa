"""Moves the borders between copied pieces to where they show least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.backends.exemplar.labels import neighbour, pairs

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.backends.exemplar.labels import Region
    from fastseg_edit.backends.exemplar.patches import FloatArray, IndexArray

_SWEEPS = 2
_STRAIGHT = ((-1, 0), (1, 0), (0, -1), (0, 1))
_DIRECTIONS = (*_STRAIGHT, (-1, -1), (-1, 1), (1, -1), (1, 1))
_DIAGONAL = np.float32(0.7)  # without diagonals, borders run along rows and columns


def moved(region: Region, source: IndexArray) -> IndexArray:
    """Let pixels at a border between two labels take the label of a neighbour.

    The cost of a border is that of shift-map editing [1]: how much the two labels differ in
    colour on both of its sides. The labels come from a coarser level, where they are good but
    for their outlines, so it is enough to lower the cost pixel by pixel; the pixels that change
    at the same time are no neighbours.

    Args:
        region: Where the hole is.
        source: (h, w) Flat index in the photo of each pixel's source.

    Returns:
        The map with other borders.

    References:
        [1] Pritch, Kav-Venaki, Peleg. Shift-map image editing. ICCV 2009.
            doi:10.1109/ICCV.2009.5459159
    """
    source = source.copy()
    for sweep in range(4 * _SWEEPS):
        at = _border(region, source, sweep % 4)
        source.ravel()[at] = _cheapest(region, source, at)
    return source


def _border(region: Region, source: IndexArray, turn: int) -> IndexArray:
    """Find the hole's pixels at a border; each turn takes one of every 2 x 2 pixels."""
    at_border = np.zeros(region.shape, bool)
    for axis in (0, 1):
        for side in pairs(region, source, axis):
            at_border.ravel()[side] = True
    rows, columns = np.nonzero(at_border & region.hole)
    chosen = 2 * (rows % 2) + columns % 2 == turn
    at: IndexArray = rows[chosen] * region.shape[1] + columns[chosen]
    return at


def _cheapest(region: Region, source: IndexArray, at: IndexArray) -> IndexArray:
    others = [_next_to(region, source, at, *direction) for direction in _DIRECTIONS]
    best = source.ravel()[at]
    least = _cost(region, best, others)
    for (down, right), other in zip(_STRAIGHT, others, strict=False):
        candidate, good = neighbour(region, other, -down, -right)
        which = np.flatnonzero(good & (other >= 0) & (candidate != best))
        cost = _cost(region, candidate[which], [nearby[which] for nearby in others])
        better = cost < least[which]
        best[which[better]] = candidate[which[better]]
        least[which[better]] = cost[better]
    return best


def _next_to(
    region: Region, source: IndexArray, at: IndexArray, down: int, right: int
) -> IndexArray:
    """Look up the source of the next pixel; -1 if that lies beyond the photo's edge."""
    height, width = region.shape
    rows, columns = np.divmod(at, width)
    rows, columns = rows + down, columns + right
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return np.where(inside, source.ravel()[np.where(inside, rows * width + columns, 0)], -1)


def _cost(region: Region, chosen: IndexArray, others: list[IndexArray]) -> FloatArray:
    """Sum what the borders to the neighbours cost if each pixel is copied from `chosen`."""
    cost = np.zeros(len(chosen), np.float32)
    for (down, right), other in zip(_DIRECTIONS, others, strict=True):
        beyond, good = neighbour(region, chosen, down, right)
        apart = np.flatnonzero((beyond != other) & (other >= 0))
        near = other[apart]
        before, before_good = neighbour(region, near, -down, -right)
        weight = _DIAGONAL if down and right else 1
        cost[apart] += weight * _difference(region, chosen[apart], before, before_good)
        cost[apart] += weight * _difference(region, near, beyond[apart], good[apart])
    return cost


def _difference(
    region: Region, first: IndexArray, second: IndexArray, counts: MaskArray
) -> FloatArray:
    """Squared distance of two colours, 0 where it does not count."""
    pixels = region.image.reshape(-1, 3)
    difference = pixels[first].astype(np.float32) - pixels[second]
    squared: FloatArray = np.einsum("ij,ij->i", difference, difference)
    return squared * counts
