"""Which side of an outline a pixel's colour speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

_NOISE = 25.0  # variance of a Lab channel in 0..255 that a plain surface has in any case
_ENOUGH = 20  # pixels that a colour model needs


def odds_inside(
    image: ImageArray, inside: MaskArray, outside: MaskArray, radius: float
) -> NDArray[np.float32]:
    """Compare each pixel with the colours of two regions nearby.

    Each region is described by one normal distribution of Lab colours in a square window round the
    pixel, the channels independent, as in the local classifiers of [1].

    Args:
        image: (H, W, 3) uint8 RGB.
        inside: (H, W) bool. Pixels that surely are inside.
        outside: (H, W) bool. Pixels that surely are outside.
        radius: Pixels; a window is 2 * radius + 1 wide.

    Returns:
        (H, W) float32: natural logarithm of the odds. 0 where a window holds too few pixels.

    References:
        [1] Bai, Wang, Simons, Sapiro. Video SnapCut: robust video object cutout using localized
            classifiers. SIGGRAPH 2009. doi:10.1145/1531326.1531376
    """
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32)
    side = 2 * int(np.ceil(radius)) + 1
    (likely, enough), (unlikely, enough_outside) = (
        _log_likelihood(lab, region.astype(np.float32), side) for region in (inside, outside)
    )
    return np.where(enough & enough_outside, likely - unlikely, 0).astype(np.float32)


def _log_likelihood(
    colours: NDArray[np.float32], weight: NDArray[np.float32], side: int
) -> tuple[NDArray[np.float32], MaskArray]:
    """Return the log likelihood of each pixel's colour, and where it can be told."""
    count = _sum(weight, side)
    share = (1 / np.maximum(count, 1))[..., None]
    mean = _sum(colours * weight[..., None], side) * share
    spread = _sum(colours**2 * weight[..., None], side) * share - mean**2
    spread = np.maximum(spread, 0) + _NOISE
    value = -0.5 * ((colours - mean) ** 2 / spread + np.log(spread)).sum(axis=2)
    return value, count >= _ENOUGH


def _sum(plane: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    total = cv2.boxFilter(plane, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(total, np.float32)
