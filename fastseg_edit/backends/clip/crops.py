"""What CLIP gets to see of a mask: a square crop with softened surroundings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.cutouts import Cutout

NEUTRAL = (123, 117, 104)
"""RGB of the mean of CLIP's training photos, which normalisation turns into zeros."""

BLUR, FADE = 0.1, 0.5
"""How the ranker softens the surroundings."""

_FINE = 2  # pixels of the mask that are looked up for each pixel of a crop, along a side
_DEVIATION = 1.6  # of the blur in the smaller picture, in pixels: enlarging leaves no steps then


def square(
    image: ImageArray, cutout: Cutout, margin: float, side: int
) -> tuple[ImageArray, NDArray[np.uint8]]:
    """Cut a square round a mask, scaled to the size that the model wants.

    A square keeps the object's proportions, and nothing of a long object is cut off. Beyond the
    border of the photo its last pixels are repeated.

    Args:
        image: (H, W, 3) uint8 RGB.
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
    return _scaled(_part(image, corner, length), side), _scaled(share, side)


def soften(
    crop: ImageArray, share: NDArray[np.uint8], blur: float = BLUR, fade: float = FADE
) -> ImageArray:
    """Blur and fade what lies round an object, so that it is clear which one is meant.

    The object keeps its surroundings, which tell a hole from a filled shape where the mask is not
    exact, but they lose their outlines [1] and their colours.

    Args:
        crop: (S, S, 3) uint8 RGB.
        share: (S, S) uint8, how much of each pixel belongs to the object.
        blur: Standard deviation of the blur, as a share of the side. 0 for none.
        fade: 0 keeps the surroundings' colours, 1 leaves a plain neutral one.

    Returns:
        (S, S, 3) uint8 RGB.

    References:
        [1] Yang, Wang, Li, Wang, Yang. Fine-grained visual prompting. NeurIPS 2023.
            arXiv:2306.04356
    """
    around: Any = _blurred(crop, blur) if blur else crop
    if fade:
        plain = np.full_like(crop, NEUTRAL)
        around = cv2.addWeighted(around, 1 - fade, plain, fade, 0)
    weight: Any = share.astype(np.float32) * np.float32(1 / 255)
    mixed: Any = cv2.blendLinear(crop, around, weight, 1 - weight)
    return mixed  # type: ignore[no-any-return]


def _blurred(crop: ImageArray, blur: float) -> ImageArray:
    """Blur in a smaller picture, where a wide blur is narrow, and so costs little."""
    side = len(crop)
    small = min(round(_DEVIATION / blur), side)
    shrunk: Any = cv2.resize(crop, (small, small), interpolation=cv2.INTER_AREA)
    shrunk = cv2.GaussianBlur(shrunk, (0, 0), blur * small)
    blurred: Any = cv2.resize(shrunk, (side, side), interpolation=cv2.INTER_LINEAR)
    return blurred  # type: ignore[no-any-return]


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
