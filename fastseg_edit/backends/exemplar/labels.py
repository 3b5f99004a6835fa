"""From source pixels found in working resolution to a sharp copy in the photo's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.backends.exemplar.patches import IndexArray


@dataclass(frozen=True, eq=False)
class Region:
    """The part of a photo round a hole: the hole's box and one pixel more where there is one.

    Attributes:
        image: (H, W, 3) uint8 RGB, the whole photo.
        mask: (H, W) bool, the whole hole, with at least one pixel.
        good: (H, W) bool. True where the photo may be copied from.
        top: First row of the region.
        left: First column of the region.
        shape: Rows and columns of the region.
    """

    image: ImageArray
    mask: MaskArray
    good: MaskArray
    top: int
    left: int
    shape: tuple[int, int]

    @classmethod
    def of(cls, image: ImageArray, mask: MaskArray, avoid: MaskArray) -> Region:
        """Measure the hole."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        top, left = max(rows[0] - 1, 0), max(columns[0] - 1, 0)
        bottom, right = min(rows[-1] + 2, mask.shape[0]), min(columns[-1] + 2, mask.shape[1])
        shape = (int(bottom - top), int(right - left))
        return cls(image, mask, ~(mask | avoid), int(top), int(left), shape)

    @property
    def slices(self) -> tuple[slice, slice]:
        """The region as an index into the photo's arrays."""
        height, width = self.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)

    @property
    def hole(self) -> MaskArray:
        """The mask within the region."""
        return self.mask[self.slices]

    def itself(self) -> IndexArray:
        """Flat index in the photo of each pixel of the region."""
        rows, columns = (np.arange(side.start, side.stop) for side in self.slices)
        index: IndexArray = rows[:, None] * self.mask.shape[1] + columns
        return index


def pairs(region: Region, source: IndexArray, axis: int) -> tuple[IndexArray, IndexArray]:
    """Find neighbours in a region whose sources are no neighbours.

    Args:
        region: Where the hole is.
        source: (h, w) Flat index in the photo of each pixel's source.
        axis: 0 for neighbours below each other, 1 for neighbours side by side.

    Returns:
        Flat indices in the region of the first and the second of each pair. Pairs with a pixel to
        avoid are left out.
    """
    ahead = (region.mask.shape[1], 1)[axis]
    fair = (region.mask | region.good)[region.slices]
    apart = np.diff(source, axis=axis) != ahead
    if axis == 0:
        apart &= fair[1:] & fair[:-1]
    else:
        apart &= fair[:, 1:] & fair[:, :-1]
    rows, columns = np.nonzero(apart)
    first = rows * region.shape[1] + columns
    return first, first + (region.shape[1], 1)[axis]


def neighbour(
    region: Region, place: IndexArray, down: int, right: int
) -> tuple[IndexArray, MaskArray]:
    """Step from pixels of the photo to the next ones.

    Args:
        region: Where the hole is.
        place: Flat indices in the photo.
        down: Rows to go.
        right: Columns to go.

    Returns:
        Flat indices in the photo, and whether one may copy from there. Where the step would leave
        the photo, the place itself, and False.
    """
    height, width = region.mask.shape
    rows, columns = np.divmod(place, width)
    rows += down
    columns += right
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    there = np.where(inside, rows * width + columns, place)
    return there, inside & region.good.ravel()[there]


def labelled(found: IndexArray, region: Region) -> IndexArray:
    """Lay out the sources of the hole's pixels as a map.

    Args:
        found: (N,) Source pixel of each pixel of the hole.
        region: Where the hole is.

    Returns:
        (h, w) Flat index in the photo of the source of each pixel of the region; outside the hole
        that is the pixel itself.
    """
    source = region.itself()
    source[region.hole] = found
    return source


def doubled(source: IndexArray, coarse: Region, region: Region) -> IndexArray:
    """Take labels over to twice the resolution: each pixel's source is twice as far away.

    Args:
        source: (h, w) Map of the coarse region.
        coarse: The hole at half the resolution.
        region: The hole.

    Returns:
        The map of the finer region. Whatever could be copied in half the resolution still can.
    """
    rows, columns = np.divmod(source, coarse.mask.shape[1])
    rows -= np.arange(coarse.top, coarse.top + coarse.shape[0])[:, None]
    columns -= np.arange(coarse.left, coarse.left + coarse.shape[1])
    shift = 2 * (rows * region.mask.shape[1] + columns)
    finer = region.itself()
    down, right = np.nonzero(region.hole)
    parents = (down + region.top) // 2 - coarse.top, (right + region.left) // 2 - coarse.left
    finer[down, right] += shift[parents]
    return finer
