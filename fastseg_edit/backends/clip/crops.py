"""What CLIP gets to see of a mask: a square crop, neutral round the object."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.cutouts import Cutout

NEUTRAL = (123, 117, 104)
"""RGB of the mean of CLIP's training photos, which normalisation turns into zeros."""

_FINE = 2  # pixels of the mask that are looked up for each pixel of a crop, along a side


@dataclass(frozen=True, eq=False)
class Levels:
    """A photo at its own size, and shrunk to a half, a quarter and so on, as far as asked for.

    Attributes:
        image: (H, W, 3) uint8 RGB.
    """

    image: ImageArray
    _smaller: list[ImageArray] = field(default_factory=list, repr=False)

    def at(self, halvings: int) -> ImageArray:
        """Return the photo with its sides halved so many times, and rounded up."""
        levels = [self.image, *self._smaller]
        while len(levels) <= halvings:
            height, width = levels[-1].shape[:2]
            half = ((width + 1) // 2, (height + 1) // 2)
            smaller: Any = cv2.resize(levels[-1], half, interpolation=cv2.INTER_AREA)
            self._smaller.append(smaller)
            levels.append(smaller)
        return levels[halvings]


def square(
    photo: Levels, cutout: Cutout, margin: float, side: int
) -> tuple[ImageArray, NDArray[np.uint8]]:
    """Cut a square round a mask, scaled to the size that the model wants.

    A square keeps the object's proportions, and nothing of a long object is cut off. Beyond the
    border of the photo its last pixels are repeated.

    Args:
        photo: The photo. A large square is cut from a smaller copy, which costs far less.
        cutout: The mask, not empty.
        margin: By how much the square is larger than the longer side of the mask's box; 0.3 for
            three tenths.
        side: Of the result, in pixels.

    Returns:
        (side, side, 3) uint8 RGB; and (side, side) uint8, how much of each pixel the mask covers,
        255 for all of it.
    """
    left, top, right, bottom = cutout.box
    length = math.ceil(max(right - left, bottom - top) * (1 + margin))
    corner = ((left + right - length) // 2, (top + bottom - length) // 2)
    # Of a large mask some pixels are enough, and those of a soft one cost no more for its size.
    steps = np.arange(min(length, _FINE * side), dtype=np.intp)
    places = ((steps + 0.5) * (length / len(steps))).astype(np.intp)
    share = cutout.at(places + corner[0], places + corner[1]).astype(np.uint8) * 255
    halvings = max(0, int(math.log2(length / (_FINE * side))))
    step = 2**halvings
    scaled = (round(corner[0] / step), round(corner[1] / step))
    part = _part(photo.at(halvings), scaled, max(1, round(length / step)))
    return _scaled(part, side), _scaled(share, side)


def alone(crop: ImageArray, share: NDArray[np.uint8]) -> ImageArray:
    """Put an object on a plain neutral colour, so that it is clear which one is meant.

    A CLIP that was trained on whole pictures takes whatever else it sees for what they show, and
    cut on black or white it takes the outline of the cut for a part of the object.

    Args:
        crop: (S, S, 3) uint8 RGB.
        share: (S, S) uint8, how much of each pixel belongs to the object.

    Returns:
        (S, S, 3) uint8 RGB.
    """
    weight: Any = share.astype(np.float32) * np.float32(1 / 255)
    mixed: Any = cv2.blendLinear(crop, np.full_like(crop, NEUTRAL), weight, 1 - weight)
    return mixed  # type: ignore[no-any-return]


def _part(image: ImageArray, corner: tuple[int, int], length: int) -> ImageArray:
    """Return a square of a photo that may reach beyond its border."""
    height, width = image.shape[:2]
    left, top = corner
    right, bottom = left + length, top + length
    inside: Any = image[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)]
    beyond = (max(-top, 0), max(bottom - height, 0), max(-left, 0), max(right - width, 0))
    part: Any = cv2.copyMakeBorder(inside, *beyond, cv2.BORDER_REPLICATE)
    return part  # type: ignore[no-any-return]


def _scaled(picture: Any, side: int) -> Any:
    shrinks = len(picture) > side
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cv2.resize(picture, (side, side), interpolation=method)
