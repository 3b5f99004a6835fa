"""A part of the photo, resized to a number of pixels that a graph cut takes well."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.prompt import Box

_LARGEST_ZOOM = 8.0  # a photo of 8 x 8 pixels is enlarged, so that there are colours to count
_SMALL = 3_000_000  # pixels of the copy
_FINER = 4  # times finer than a view the copy must be, so that rounding does not shift the view
_SHORTEST = 8  # pixels of the shorter side of a view


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a view lies in the photo.

    Attributes:
        box: (left, top, right, bottom) in whole pixels of the photo; right and bottom outside.
        size: (height, width) of the view.
    """

    box: tuple[int, int, int, int]
    size: tuple[int, int]

    @classmethod
    def around(cls, box: Box, photo: tuple[int, int], pixels: int) -> Frame:
        """Frame a box, clipped to the photo.

        Args:
            box: (left, top, right, bottom) in pixels of the photo.
            photo: (height, width) of the photo.
            pixels: About how many pixels the view is to have.
        """
        height, width = photo
        left, top = min(max(0, floor(box[0])), width - 1), min(max(0, floor(box[1])), height - 1)
        right = max(left + 1, min(width, ceil(box[2])))
        bottom = max(top + 1, min(height, ceil(box[3])))
        sides = bottom - top, right - left
        zoom = min(sqrt(pixels / (sides[0] * sides[1])), _LARGEST_ZOOM)
        size = tuple(max(_SHORTEST, round(side * zoom)) for side in sides)
        return cls((left, top, right, bottom), (size[0], size[1]))

    @property
    def zoom(self) -> tuple[float, float]:
        """Pixels of the view for one pixel of the photo, along x and y."""
        left, top, right, bottom = self.box
        return self.size[1] / (right - left), self.size[0] / (bottom - top)

    def into(self, box: Box) -> Box:
        """Turn a box of the photo into one of the view."""
        (x, y), (left, top, _, _) = self.zoom, self.box
        return (box[0] - left) * x, (box[1] - top) * y, (box[2] - left) * x, (box[3] - top) * y

    def out_of(self, box: Box) -> Box:
        """Turn a box of the view into one of the photo."""
        (x, y), (left, top, _, _) = self.zoom, self.box
        return box[0] / x + left, box[1] / y + top, box[2] / x + left, box[3] / y + top

    def share(self, mask: MaskArray, photo: tuple[int, int]) -> float:
        """Return the area of a mask of the view as a share of a photo of (height, width)."""
        x, y = self.zoom
        pixels = photo[0] * photo[1]
        return float(max(int(np.count_nonzero(mask)), 1) / (x * y * pixels))

    def border(self, mask: MaskArray, photo: tuple[int, int]) -> float:
        """Return the share of the border of a photo of (height, width) along which a mask runs."""
        (x, y), (height, width) = self.zoom, photo
        left, top, right, bottom = self.box
        touched = (
            np.count_nonzero(mask[0]) / x * (top == 0)
            + np.count_nonzero(mask[-1]) / x * (bottom == height)
            + np.count_nonzero(mask[:, 0]) / y * (left == 0)
            + np.count_nonzero(mask[:, -1]) / y * (right == width)
        )
        return float(touched / (2 * (height + width)))

    def cover(self, mask: MaskArray) -> MaskArray:
        """Return the pixels of the view that a mask of the photo touches at all."""
        left, top, right, bottom = self.box
        return resize(mask[top:bottom, left:right].astype(np.uint8) * 255, self.size) > 0


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo, and a smaller copy from which wide views are taken.

    Attributes:
        image: (H, W, 3) uint8 RGB, not copied.
        small: (h, w, 3) uint8, `image` itself if that is small enough.
    """

    image: ImageArray
    small: ImageArray

    @classmethod
    def of(cls, image: ImageArray) -> Photo:
        """Shrink a photo of many megapixels."""
        height, width = image.shape[:2]
        factor = ceil(sqrt(height * width / _SMALL))
        size = max(1, height // factor), max(1, width // factor)
        return cls(image, resize(image, size) if factor > 1 else image)

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the photo."""
        return self.image.shape[0], self.image.shape[1]

    def look(self, frame: Frame) -> ImageArray:
        """Cut a view out; (height, width, 3) uint8."""
        scale = np.divide(self.small.shape[1::-1], self.image.shape[1::-1])
        source, corners = self.image, np.array(frame.box)
        if (np.multiply(frame.zoom, _FINER) <= scale).all():
            source, corners = self.small, np.round(corners * np.tile(scale, 2)).astype(int)
        left, top, right, bottom = corners
        return resize(source[top:bottom, left:right], frame.size)


def resize(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Resize uint8 planes: averaged where they shrink, linear where they grow."""
    shrinks = size[0] * size[1] <= picture.shape[0] * picture.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (size[1], size[0]), interpolation=how), np.uint8)
