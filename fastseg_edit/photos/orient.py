"""Turning pixels upright, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fastseg_edit.photos.photo import NativeArray

SWAPPED = frozenset({5, 6, 7, 8})
"""Orientations in which width and height change places."""


def upright(pixels: NativeArray, orientation: int) -> NativeArray:
    """Turn or mirror stored pixels as EXIF's orientation says.

    Args:
        pixels: (H, W) or (H, W, C), as stored.
        orientation: 1 to 8. 1 changes nothing, 6 turns clockwise by 90 degrees.

    Returns:
        The same samples, (W, H) or (W, H, C) for orientations of `SWAPPED`.

    References:
        CIPA DC-008, Exif 2.32, 2019, section 4.6.4, tag Orientation.
    """
    if orientation in SWAPPED:
        pixels = pixels.swapaxes(0, 1)
    return np.ascontiguousarray(_mirrored(pixels, orientation))


def stored(pixels: NativeArray, orientation: int) -> NativeArray:
    """Turn upright pixels back: `stored(upright(pixels, n), n)` equals `pixels`."""
    pixels = _mirrored(pixels, orientation)
    if orientation in SWAPPED:
        pixels = pixels.swapaxes(0, 1)
    return np.ascontiguousarray(pixels)


def transposed(table: tuple[int, ...]) -> tuple[int, ...]:
    """Exchange rows and columns of a JPEG quantization table of 64 steps."""
    return tuple(step for column in range(8) for step in table[column::8])


def _mirrored(pixels: NativeArray, orientation: int) -> NativeArray:
    across = orientation in {2, 3, 6, 7}
    down = orientation in {3, 4, 7, 8}
    return pixels[:: -1 if down else 1, :: -1 if across else 1]
