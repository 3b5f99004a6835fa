"""Masks of a small copy of a photo, brought to the photo's own size."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.cutouts import Cutout

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """A photo as the network is given it.

    Attributes:
        image: (h, w, 3) uint8 RGB: the photo itself if it is small enough.
        size: (height, width) of the photo.
    """

    image: ImageArray
    size: tuple[int, int]

    @classmethod
    def of(cls, image: ImageArray, longest: int) -> Copy:
        """Shrink a large photo.

        The network's library shrinks further by picking single pixels, so that fine patterns turn
        into false ones, and it makes every mask at the size of what it is given: too much for a
        photo of many megapixels.

        Args:
            image: (H, W, 3) uint8 RGB.
            longest: Pixels of the longer side of the copy, at most.
        """
        height, width = image.shape[:2]
        scale = longest / max(height, width)
        if scale >= 1:
            return cls(image, (height, width))
        small = (max(1, round(width * scale)), max(1, round(height * scale)))
        shrunk = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
        return cls(np.asarray(shrunk, np.uint8), (height, width))

    def lift(self, mask: MaskArray) -> Cutout:
        """Return a mask of the copy as one of the photo.

        Only the box round it is enlarged, linearly and cut at one half afterwards, which rounds
        the stairs off.

        Args:
            mask: (h, w) bool.
        """
        if mask.shape == self.size:
            return Cutout.of(mask)
        small = Cutout.of(mask)
        scale = np.tile(np.divide(self.size[::-1], mask.shape[::-1]), 2)
        left, top, right, bottom = np.multiply(small.box, scale)
        corner = (max(0, floor(left - scale[0])), max(0, floor(top - scale[1])))
        end = (
            min(self.size[1], ceil(right + scale[0])),
            min(self.size[0], ceil(bottom + scale[1])),
        )
        # Where the middle of each pixel lies in the copy; middles are at halves in both.
        columns, rows = (
            ((np.arange(first, last) + 0.5) / step - 0.5).astype(np.float32)
            for first, last, step in zip(corner, end, scale[:2], strict=True)
        )
        x, y = np.meshgrid(columns, rows)
        soft = cv2.remap(
            mask.astype(np.float32),
            x,
            y,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return Cutout.of(np.asarray(soft > 0.5), corner)
