"""PNG files of 16 bits per sample in colour, which Pillow cannot write."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.photos.chunks import SIGNATURE, chunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOUR_TYPES = {2: 4, 3: 2, 4: 6}
"""PNG's colour type by the number of channels."""

BATCH = 256
"""Rows that are filtered at a time, so that memory stays small."""


def encode_deep(pixels: NDArray[np.uint16], level: int) -> bytes:
    """Write a bare PNG file.

    Each row is stored as differences to the pixel before or to the row above, whichever leaves
    the smaller sum, the rule of thumb of the specification [1].

    Args:
        pixels: (H, W, 2), (H, W, 3) or (H, W, 4) uint16.
        level: zlib level, 0 to 9.

    References:
        [1] W3C. PNG Specification, third edition, 2025, section 12.7, Filter selection.
    """
    height, width, channels = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 16, COLOUR_TYPES[channels], 0, 0, 0)
    packer = zlib.compressobj(level)
    packed = []
    above = np.zeros(width * channels * 2, np.uint8)
    for start in range(0, height, BATCH):
        rows = pixels[start : start + BATCH].astype(">u2").reshape(-1, width * channels)
        samples = rows.view(np.uint8)
        packed.append(packer.compress(_filtered(samples, above, channels * 2).tobytes()))
        above = samples[-1]
    packed.append(packer.flush())
    image = chunk(b"IDAT", b"".join(packed))
    return SIGNATURE + chunk(b"IHDR", header) + image + chunk(b"IEND", b"")


def _filtered(rows: NDArray[np.uint8], above: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    beside = rows.copy()
    beside[:, step:] -= rows[:, :-step]
    below = rows.copy()
    below[0] -= above
    below[1:] -= rows[:-1]
    use_below = _cost(below) < _cost(beside)
    kinds = np.where(use_below, np.uint8(2), np.uint8(1))[:, None]
    return np.concatenate([kinds, np.where(use_below[:, None], below, beside)], axis=1)


def _cost(rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    sizes = np.abs(rows.view(np.int8), dtype=np.int16)
    total: NDArray[np.int64] = sizes.sum(axis=1, dtype=np.int64)
    return total
