"""From the coarse grid of a network to the pixels of a photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray

_BAND = 512  # rows that are computed at a time, so that 50 megapixels take no 200 MB of floats


@dataclass(frozen=True, slots=True)
class Grid:
    """How the cells of a network lie on a photo.

    The middle of pixel x lies at cell (x + 0.5) * scale + origin - 0.5, and likewise for y.

    Attributes:
        size: (height, width) of the photo.
        scale: (horizontal, vertical) cells per pixel.
        origin: (column, row) of the photo's top left corner, in cells. Not 0 where the network
            saw the photo with a border round it.
    """

    size: tuple[int, int]
    scale: tuple[float, float]
    origin: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def over(cls, size: tuple[int, int], cells: tuple[int, int]) -> Grid:
        """Lay (rows, columns) of cells over the whole photo (height, width)."""
        return cls(size, (cells[1] / size[1], cells[0] / size[0]))

    @property
    def cell(self) -> float:
        """Pixels of the photo per cell, along the coarser side."""
        return 1 / min(self.scale)

    def cells(self, pixels: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
        """Return where the middles of pixels lie, in cells; axis 0 for columns, 1 for rows."""
        return (pixels + 0.5) * self.scale[axis] + self.origin[axis] - 0.5

    def between(self, edges: tuple[int, ...], first: int, count: int, axis: int) -> MaskArray:
        """Tell which of some cells have their middle between two edges.

        Args:
            edges: (low, high) in pixels; high outside.
            first: Number of the first cell.
            count: How many cells from there on.
            axis: 0 for columns, 1 for rows.

        Returns:
            (count,) bool.
        """
        middles = (first + np.arange(count) + 0.5 - self.origin[axis]) / self.scale[axis]
        return (middles >= edges[0]) & (middles < edges[1])

    def box(self, cells: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """Return the pixels that a rectangle of cells, and half a cell round it, can reach.

        Args:
            cells: (left, top, right, bottom) in cells; right and bottom outside.

        Returns:
            The same in pixels, cut to the photo.
        """
        edges = [
            (edge + side - self.origin[number % 2]) / self.scale[number % 2]
            for number, (edge, side) in enumerate(zip(cells, (-0.5, -0.5, 0.5, 0.5), strict=True))
        ]
        height, width = self.size
        left, top = max(0, int(np.floor(edges[0]))), max(0, int(np.floor(edges[1])))
        right, bottom = min(width, int(np.ceil(edges[2]))), min(height, int(np.ceil(edges[3])))
        return left, top, max(left, right), max(top, bottom)


def lift(
    logits: NDArray[np.float32], columns: NDArray[np.float64], rows: NDArray[np.float64]
) -> MaskArray:
    """Return where a soft mask is above zero, at places between its cells.

    The logits are interpolated linearly and cut at zero afterwards, so the outline runs between
    the cells. Cutting first would turn the cells into stairs.

    Args:
        logits: (h, w) log odds of the object in each cell.
        columns: (n,) places in cells. Those beyond the border take its value.
        rows: (m,) places in cells.

    Returns:
        (m, n) bool.
    """
    across = _weights(columns, logits.shape[1]).T
    found = np.empty((len(rows), len(columns)), bool)
    for band in _bands(len(rows)):
        found[band] = _weights(rows[band], logits.shape[0]) @ logits @ across > 0
    return found


def _bands(count: int) -> Iterator[slice]:
    return (slice(first, first + _BAND) for first in range(0, count, _BAND))


def _weights(places: NDArray[np.float64], cells: int) -> NDArray[np.float32]:
    """Return how much each cell counts for each place: linear interpolation, (places, cells)."""
    inside = np.clip(places, 0, cells - 1)[:, None]
    weights = np.maximum(0, 1 - np.abs(inside - np.arange(cells)))
    return np.asarray(weights, np.float32)
