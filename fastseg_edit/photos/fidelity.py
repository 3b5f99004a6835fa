"""The proof that nothing outside the mask has changed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.errors import FastsegError
from fastseg_edit.photos.convert import convert
from fastseg_edit.photos.extent import bands
from fastseg_edit.photos.opening import open_photo
from fastseg_edit.photos.photo import Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.photos.photo import NativeArray, Photo

UNLIMITED = Limits(sys.maxsize, sys.maxsize)


@dataclass(frozen=True)
class Fidelity:
    """How a file compares with the photo before the edit, outside the mask.

    Attributes:
        unmasked_pixels: How many pixels are outside.
        unmasked_changed_pixels: How many of them differ in any channel.
        mean_change: Mean absolute difference of their samples, in levels of the native depth.
        max_change: The largest.
        lossless: Whether the file holds exactly what was given to it.
    """

    unmasked_pixels: int
    unmasked_changed_pixels: int
    mean_change: float
    max_change: int
    lossless: bool

    def check(self) -> None:
        """Refuse a lossless file in which something outside the mask has changed.

        Raises:
            FastsegError: E_GUARANTEE.
        """
        if self.lossless and self.unmasked_changed_pixels:
            message = f"{self.unmasked_changed_pixels} pixels outside the mask would have changed"
            raise FastsegError("E_GUARANTEE", message, "Nothing was written; please report this.")


def verify(before: Photo, encoded: bytes, mask: MaskArray) -> Fidelity:
    """Decode what is about to be written, and compare it with the photo before the edit.

    Args:
        before: The photo before the edit.
        encoded: The file, of the same format or another.
        mask: (H, W) bool. True where the photo may change.

    Returns:
        The comparison, in native samples. If the format has another mode, then in that one.

    Raises:
        FastsegError: E_GUARANTEE if the sizes or modes do not fit each other.
    """
    return compare(before, open_photo(encoded, UNLIMITED), mask)


def compare(before: Photo, after: Photo, mask: MaskArray) -> Fidelity:
    """Compare a photo with the one before the edit. Arguments and errors as for `verify`."""
    expected = convert(before, after.format) if after.format not in {"", before.format} else before
    if (after.mode, after.pixels.shape) != (expected.mode, expected.pixels.shape):
        raise FastsegError("E_GUARANTEE", f"{expected!r} would have become {after!r}")
    counts = [
        _compare(_shown(expected, rows), _shown(after, rows), ~mask[rows])
        for rows in bands(len(mask))
    ]
    changed, total, largest = (np.array(column) for column in zip(*counts, strict=True))
    outside = mask.size - int(np.count_nonzero(mask))
    samples = outside * (after.pixels[:1, :1].size if after.palette is None else 4)
    mean = float(total.sum()) / samples if samples else 0.0
    lossless = after.coding.lossless
    return Fidelity(outside, int(changed.sum()), mean, int(largest.max()), lossless)


def _shown(photo: Photo, rows: slice) -> NativeArray:
    """Return rows of samples, (h, W, C); of colours and alpha where there is a palette."""
    pixels = photo.pixels[rows]
    if photo.palette is None:
        return pixels[..., None] if pixels.ndim == 2 else pixels
    plane = pixels if pixels.ndim == 2 else pixels[..., 0]
    shown: NDArray[np.uint8] = photo.palette[plane]
    if pixels.ndim == 3:
        shown[..., 3] = pixels[..., 1]
    return shown


def _compare(before: NativeArray, after: NativeArray, outside: MaskArray) -> tuple[int, int, int]:
    """Return the number of changed pixels, the sum and the maximum of the differences."""
    if np.array_equal(before, after):
        return 0, 0, 0
    differs = before != after
    difference = reduce(np.logical_or, np.moveaxis(differs, 2, 0)) & outside
    if not difference.any():
        return 0, 0, 0
    levels = np.abs(before[difference].astype(np.int64) - after[difference])
    return int(np.count_nonzero(difference)), int(levels.sum()), int(levels.max())
