"""How strong an edge the outline of a mask runs along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

_SOFTNESS = 1.0  # pixels of blur that keep grain from counting as an edge
_BAND = 256  # rows that are looked at together: in floats, all of 50 megapixels take 3 GB
_REACH = 8  # rows beyond a band that its edges depend on, and some more


def edges(image: ImageArray) -> NDArray[np.float32]:
    """Return the strength of the edge at each pixel: the gradient in Lab, over all its planes.

    Args:
        image: (H, W, 3) uint8 RGB.

    Returns:
        (H, W) float32, 0 where nothing changes.
    """
    strength = np.empty(image.shape[:2], np.float32)
    for first in range(0, len(image), _BAND):
        above = min(first, _REACH)
        part = _of_band(image[first - above : first + _BAND + _REACH])
        strength[first : first + _BAND] = part[above : above + _BAND]
    return strength


def _of_band(image: ImageArray) -> NDArray[np.float32]:
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32)
    soft = cv2.GaussianBlur(lab, (0, 0), _SOFTNESS)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    return np.asarray(np.sqrt((across**2 + down**2).sum(axis=2)), np.float32)


def along(strength: NDArray[np.float32], mask: MaskArray) -> float:
    """Return the mean strength of edges along the outline of a mask, on both sides of it.

    Args:
        strength: (H, W) float32, as from `edges`.
        mask: (H, W) bool. Its outline is where it ends inside the picture.

    Returns:
        0 if there is no outline.
    """
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    near = np.ones((3, 3), np.uint8)
    rim = (cv2.dilate(padded, near) != cv2.erode(padded, near))[1:-1, 1:-1]
    return float(strength[rim].mean()) if rim.any() else 0.0
