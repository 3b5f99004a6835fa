"""From source pixels found in working resolution to a sharp copy in the photo's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.backends.exemplar.patches import IndexArray
    from fastseg_edit.backends.exemplar.pyramid import Scene


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


def lifted(found: IndexArray, scene: Scene, region: Region) -> IndexArray:
    """Take the labels over to the photo: each pixel is copied from as far away as its block is.

    Args:
        found: Source pixel of each pixel of the scene's hole, in working resolution.
        scene: The photo in working resolution.
        region: Where the hole is.

    Returns:
        (h, w) Flat index in the photo of the source of each pixel of the region; outside the hole
        that is the pixel itself. All others are good to copy from.
    """
    height, width = scene.hole.shape
    rows, columns = np.divmod(found, width)
    shift = np.zeros((height, width), np.intp)
    hole = np.flatnonzero(scene.hole)
    shift.ravel()[hole] = (rows - hole // width) * region.mask.shape[1] + columns - hole % width
    shift *= scene.factor
    source = region.itself()
    down, right = np.nonzero(region.hole)
    blocks = (down + region.top) // scene.factor, (right + region.left) // scene.factor
    source[down, right] += shift[blocks]
    return source
