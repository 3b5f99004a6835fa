"""The colours of an object at its rim, without those of what is behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.arrays import ImageArray, MaskArray

FloatArray: TypeAlias = NDArray[np.float32]

_TILE = 256  # pixels of the side of a part that is worked on at once
_WIDE, _NARROW = 45, 6  # radii in pixels of the two passes
_LEAST = 1e-5


def colours(image: ImageArray, alpha: FloatArray) -> ImageArray:
    """Take the background out of the colours of pixels that an object covers in part.

    The colours of the object and of the background are weighted means of the pixels round about,
    by opacity; then the object's is corrected so that the two mix to the pixel that is there. Done
    with a wide window and then with a narrow one [1].

    Args:
        image: (H, W, 3) uint8 RGB.
        alpha: (H, W) float32 in [0, 1].

    Returns:
        (H, W, 3) uint8, a new array. The photo's own, to the bit, wherever alpha is 0 or 1.

    References:
        [1] Forte. Approximate fast foreground colour estimation. ICIP 2021.
            doi:10.1109/ICIP42928.2021.9506164
    """
    result = image.copy()
    partly = (alpha > 0) & (alpha < 1)
    for tile, seen in _tiles(partly):
        here = partly[tile]
        inner = (
            slice(tile[0].start - seen[0].start, tile[0].stop - seen[0].start),
            slice(tile[1].start - seen[1].start, tile[1].stop - seen[1].start),
        )
        result[tile][here] = _estimated(image[seen], alpha[seen])[inner][here]
    return result


def _tiles(
    wanted: MaskArray,
) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Yield the parts of a photo in which pixels are wanted, and what has to be seen for each."""
    height, width = wanted.shape
    rows, columns = morphology.neighbourhood(wanted, 0)
    for top in range(rows.start, min(rows.stop, height), _TILE):
        for left in range(columns.start, min(columns.stop, width), _TILE):
            bottom, right = min(top + _TILE, height), min(left + _TILE, width)
            if wanted[top:bottom, left:right].any():
                margin = _WIDE + _NARROW
                seen = (
                    slice(max(top - margin, 0), min(bottom + margin, height)),
                    slice(max(left - margin, 0), min(right + margin, width)),
                )
                yield (slice(top, bottom), slice(left, right)), seen


def _estimated(image: ImageArray, alpha: FloatArray) -> ImageArray:
    seen = image.astype(np.float32)
    front = back = seen
    share = alpha[..., None]
    for radius in (_WIDE, _NARROW):
        near_front = _weighted(front, share, radius)
        back = _weighted(back, 1 - share, radius)
        missing = seen - share * near_front - (1 - share) * back
        front = np.clip(near_front + share * missing, 0, 255)
    return np.rint(front).astype(np.uint8)


def _weighted(picture: FloatArray, weight: FloatArray, radius: int) -> FloatArray:
    """Return the weighted mean of a picture round each pixel."""
    size = (2 * radius + 1, 2 * radius + 1)
    total = cv2.boxFilter(picture * weight, -1, size, borderType=cv2.BORDER_REFLECT)
    shares = cv2.boxFilter(weight, -1, size, borderType=cv2.BORDER_REFLECT)
    return np.asarray(total / (shares[..., None] + _LEAST), np.float32)
