"""Between Pillow's images and arrays of native pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from fastseg_edit.photos.checks import unreadable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.photos.photo import NativeArray

NATIVE = {
    "1": "1",
    "L": "L",
    "LA": "LA",
    "La": "LA",
    "P": "P",
    "PA": "PA",
    "RGB": "RGB",
    "RGBA": "RGBA",
    "CMYK": "CMYK",
    "I;16": "I;16",
    "I;16B": "I;16",
    "I;16L": "I;16",
}
"""Our mode for each of Pillow's that is read. Missing: F and I (no photo has an agreed range for
them), LAB and HSV, YCbCr."""


def native(image: Image.Image, name: str) -> tuple[NativeArray, str]:
    """Take the pixels out of a loaded image.

    Returns:
        (H, W) or (H, W, C) bool, uint8 or uint16, and the mode.

    Raises:
        InputError: E_INPUT_FORMAT if the mode is not one of `NATIVE`.
    """
    if image.mode not in NATIVE:
        raise unreadable(name, f"pixels of mode {image.mode!r}")
    pixels = np.asarray(image)
    if pixels.dtype.kind == "u" and pixels.dtype.itemsize == 2:
        pixels = pixels.astype(np.uint16)  # in the machine's byte order
    return pixels, NATIVE[image.mode]


def palette_of(image: Image.Image, alpha: bytes = b"") -> NDArray[np.uint8]:
    """Take the palette out of an image of mode "P" or "PA".

    Args:
        image: The image.
        alpha: Alpha of the first entries; the others are opaque.

    Returns:
        (N, 4) uint8 RGBA.
    """
    colours = np.array(image.getpalette("RGB") or [], np.uint8).reshape(-1, 3)
    palette = np.full((len(colours), 4), 255, np.uint8)
    palette[:, :3] = colours
    values = np.frombuffer(alpha, np.uint8)[: len(palette)]
    palette[: len(values), 3] = values
    return palette


def reaching(palette: NDArray[np.uint8], indices: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Add black entries until every index has one, as decoders show them."""
    missing = int(indices.max(initial=0)) + 1 - len(palette)
    black = np.full((max(0, missing), 4), (0, 0, 0, 255), np.uint8)
    return np.concatenate([palette, black])


def image_of(
    pixels: NativeArray, mode: str, palette: NDArray[np.uint8] | None = None
) -> Image.Image:
    """Make an image of native pixels of any mode that Pillow has; nothing but pixels is in it."""
    height, width = pixels.shape[:2]
    samples = np.packbits(pixels, axis=1) if mode == "1" else np.ascontiguousarray(pixels)
    image = Image.frombytes(mode, (width, height), samples.data)
    if palette is not None:
        image.putpalette(palette[:, :3].tobytes(), "RGB")
    return image
