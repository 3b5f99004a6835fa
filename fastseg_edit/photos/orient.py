"""Turning pixels upright."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fastseg_edit.photos.photo import NativeArray

TURNED = frozenset({5, 6, 7, 8})
"""Orientations in which width and height change places."""


def upright(pixels: NativeArray, orientation: int) -> NativeArray:
    """Turn or mirror stored pixels as EXIF's orientation says.

    Args:
        pixels: (H, W) or (H, W, C), as stored.
        orientation: 1 to 8. 1 changes nothing, 6 turns clockwise by 90 degrees.

    Returns:
        The same samples, (W, H) or (W, H, C) for orientations of `TURNED`.

    References:
        CIPA DC-008, Exif 2.32, 2019, section 4.6.4, tag Orientation.
    """
    if orientation in TURNED:
        pixels = pixels.swapaxes(0, 1)
    across = orientation in {2, 3, 6, 7}
    down = orientation in {3, 4, 7, 8}
    pixels = pixels[:: -1 if down else 1, :: -1 if across else 1]
    return np.ascontiguousarray(pixels)
