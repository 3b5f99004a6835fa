"""How a photo lies in the picture that a network is given."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.ops.grid import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.cutouts import PixelBox

_GREY = 114  # the library's: what every YOLO has seen round its photos


@dataclass(frozen=True, slots=True)
class Frame:
    """A photo in the middle of a picture whose sides are multiples of the network's stride.

    Attributes:
        size: (height, width) of the photo.
        within: (height, width) of the photo in the picture.
        whole: (height, width) of the picture.
    """

    size: tuple[int, int]
    within: tuple[int, int]
    whole: tuple[int, int]

    @classmethod
    def of(cls, size: tuple[int, int], longest: int, stride: int, enlarge: bool = True) -> Frame:
        """Fit a photo into a picture.

        Args:
            size: (height, width) of the photo.
            longest: Pixels of the longer side of the photo in the picture.
            stride: The picture's sides are multiples of it.
            enlarge: False to leave a photo as it is that is smaller.
        """
        scale = longest / max(size)
        if not enlarge:
            scale = min(scale, 1.0)
        height, width = (max(1, round(side * scale)) for side in size)
        whole = (ceil(height / stride) * stride, ceil(width / stride) * stride)
        return cls(size, (height, width), whole)

    @property
    def corner(self) -> tuple[int, int]:
        """(left, top) of the photo in the picture."""
        return (self.whole[1] - self.within[1]) // 2, (self.whole[0] - self.within[0]) // 2

    def picture(self, image: ImageArray) -> ImageArray:
        """Draw the photo into the picture, and grey round it.

        A photo is made smaller by area: to pick single pixels, as the library does, turns fine
        patterns into false ones.

        Args:
            image: (H, W, 3) uint8 RGB.
        """
        smaller = self.within[0] < self.size[0]
        way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        picture = np.full((*self.whole, 3), _GREY, np.uint8)
        left, top = self.corner
        height, width = self.within
        picture[top : top + height, left : left + width] = (
            image
            if self.within == self.size
            else cv2.resize(image, (width, height), interpolation=way)
        )
        return picture

    def grid(self, stride: float) -> Grid:
        """Return how the cells of the network lie on the photo.

        Args:
            stride: Pixels of the picture per cell.
        """
        left, top = self.corner
        scale = (
            self.within[1] / self.size[1] / stride,
            self.within[0] / self.size[0] / stride,
        )
        return Grid(self.size, scale, (left / stride, top / stride))

    def boxes(self, xyxy: NDArray[np.floating]) -> list[PixelBox]:
        """Return boxes in the picture as boxes of pixels of the photo.

        Args:
            xyxy: (n, 4) in pixels of the picture.

        Returns:
            The pixels whose middles lie in them; empty ones have no width or no height.
        """
        scale = np.divide(self.size[::-1], self.within[::-1])
        edges = (xyxy.reshape(-1, 2, 2) - self.corner) * scale
        pixels = np.ceil(np.clip(edges, 0, self.size[::-1]) - 0.5).astype(int)
        return [tuple(each) for each in pixels.reshape(-1, 4).tolist()]
