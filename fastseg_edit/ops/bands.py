"""Two photos put together band by band."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from fastseg_edit.ops import morphology, steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

    FloatArray: TypeAlias = NDArray[np.float32]

_LEVELS = 6
"""Of the pyramid. The coarsest band fades over 64 pixels."""


def blended(under: ImageArray, over: ImageArray, mask: MaskArray) -> ImageArray:
    """Lay one photo over another where the mask is True, and take away the step band by band.

    As in a multiresolution spline [1], each band of frequencies fades over about its own
    wavelength: a difference in tone goes over softly, a difference in texture at once. There both
    photos are known on both sides of the border. Here, what is known is the step along the border;
    its bands are faded out inside the mask, so that nothing of what was under it comes back.

    Args:
        under: (H, W, 3) uint8. Kept, to the bit, wherever the mask is False; does not count where
            it is True.
        over: (H, W, 3) uint8. Does not count where the mask is False.
        mask: (H, W) bool.

    Returns:
        (H, W, 3) uint8, a new array. `over`, to the bit, deeper than 64 pixels inside the mask.

    References:
        [1] Burt, Adelson. A multiresolution spline with application to image mosaics. ACM
            Transactions on Graphics 1983. doi:10.1145/245.247
    """
    return steps.mended(under, over, mask, _correction)


def _correction(mixed: FloatArray, inside: MaskArray) -> FloatArray:
    """Return what is to be added inside the mask: each band of the steps, with its fade."""
    depth = morphology.depth(inside)
    below = np.zeros((1, 1, 3), np.float32)
    total = np.zeros_like(mixed)
    for number, (step, sure) in reversed(list(enumerate(_pyramid(mixed, inside)))):
        below = _resized(below, sure.shape)
        band = sure[..., None] * (step - below)
        below += band
        fade = np.clip(1 - (depth - 1) / 2**number, 0, 1)
        total += _resized(band, inside.shape) * fade[..., None]
    return total


def _pyramid(mixed: FloatArray, inside: MaskArray) -> list[tuple[FloatArray, FloatArray]]:
    """Return the mean step on each level, fine to coarse, and how much of a cell is at the border.

    A border is a line: a cell through the middle of which it passes holds all there is.
    """
    total, count = steps.across(mixed, inside)
    levels = []
    for number in range(_LEVELS + 1):
        step: FloatArray = total / count.clip(min=1e-6)[..., None]
        levels.append((step, np.minimum(count * np.float32(2**number), 1)))
        total, count = (np.asarray(cv2.pyrDown(each), np.float32) for each in (total, count))
    return levels


def _resized(values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    size = shape[1], shape[0]
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR), np.float32)
