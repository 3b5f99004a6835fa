"""From a photo's own pixels to the RGB that models see."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageCms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray

LUMA = np.array((19595, 38470, 7471), np.uint32)
"""Weights of red, green and blue in luma, ITU-R BT.601, in 65536ths; they add up to 65536."""


def to_rgb(
    pixels: NDArray[Any], mode: str, palette: NDArray[np.uint8] | None, icc: bytes = b""
) -> ImageArray:
    """Show native pixels as 8-bit RGB.

    Args:
        pixels: (H, W) or (H, W, C) in the native mode and depth.
        mode: One of the modes of `Photo`.
        palette: (N, 4) RGBA, for modes "P" and "PA".
        icc: Profile of CMYK pixels. Without one they are taken as ideal inks.

    Returns:
        (H, W, 3) uint8. A view of `pixels` where they are 8-bit RGB already.
    """
    if mode == "CMYK":
        return cmyk_to_rgb(pixels, icc)
    if mode in {"P", "PA"}:
        return _lookup(pixels if mode == "P" else pixels[..., 0], palette)
    if mode == "1":
        pixels = np.where(pixels, np.uint8(255), np.uint8(0))
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    if pixels.ndim == 2:
        return np.repeat(pixels[..., None], 3, axis=2)
    if pixels.shape[2] == 2:
        return np.repeat(pixels[..., :1], 3, axis=2)
    return np.ascontiguousarray(pixels[..., :3]).view()


def luma(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Brightness in 65536ths of a level, ITU-R BT.601: (..., 3) -> (...). Exact for grays."""
    return rgb.astype(np.uint32) @ LUMA


def cmyk_to_rgb(pixels: NDArray[np.uint8], icc: bytes) -> ImageArray:
    """Convert inks to sRGB through their profile, or as ideal inks if it is missing or broken."""
    image = Image.fromarray(np.ascontiguousarray(pixels), "CMYK")
    transform = _transform(icc, to_ink=False)
    shown = ImageCms.applyTransform(image, transform) if transform else image.convert("RGB")
    return np.asarray(shown).copy()


def rgb_to_cmyk(rgb: NDArray[np.uint8], icc: bytes) -> NDArray[np.uint8]:
    """Convert sRGB (N, 3) to inks (N, 4), the way back of `cmyk_to_rgb`."""
    image = Image.fromarray(np.ascontiguousarray(rgb)[None])
    transform = _transform(icc, to_ink=True)
    inks = ImageCms.applyTransform(image, transform) if transform else image.convert("CMYK")
    samples: NDArray[np.uint8] = np.asarray(inks)[0]
    return samples


@lru_cache(maxsize=4)
def _transform(icc: bytes, *, to_ink: bool) -> ImageCms.ImageCmsTransform | None:
    if not icc:
        return None
    try:
        inks = ImageCms.getOpenProfile(io.BytesIO(icc))
        srgb = ImageCms.createProfile("sRGB")
        if to_ink:
            return ImageCms.buildTransform(srgb, inks, "RGB", "CMYK")
        return ImageCms.buildTransform(inks, srgb, "CMYK", "RGB")
    except (ImageCms.PyCMSError, OSError):  # a broken profile, or one that is not for inks
        return None


def _lookup(indices: NDArray[np.uint8], palette: NDArray[np.uint8] | None) -> ImageArray:
    colours = np.zeros((256, 3), np.uint8)  # an index without an entry is black
    if palette is not None:
        colours[: len(palette)] = palette[:, :3]
    return colours[indices]
