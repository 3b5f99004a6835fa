"""Repainted pixels put into a photo's own mode and depth; every other pixel stays what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.photos.colour import luma, rgb_to_cmyk
from fastseg_edit.photos.extent import extent
from fastseg_edit.photos.palette import indexed
from fastseg_edit.photos.photo import ALPHA_MODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.photos.photo import NativeArray, Photo

TO_DEEP = 257
"""Takes 0 to 255 to 0 to 65535."""


def merge(
    photo: Photo,
    result: ImageArray,
    mask: MaskArray,
    opacity: NDArray[np.float32] | None = None,
) -> Photo:
    """Put the repainted pixels into a photo.

    Only masked pixels that differ from what the model was shown are converted back; all others,
    inside the mask and out, keep their native samples bit for bit.

    Args:
        photo: What was edited.
        result: (H, W, 3) uint8 RGB, of which only the masked pixels are looked at.
        mask: (H, W) bool.
        opacity: (H, W) float32 in [0, 1]. Alpha of the masked pixels, where the photo has one; a
            palette without a plane for it shows pixels from 0.5 on. None to carry alpha over.

    Returns:
        A photo of the same mode, depth, metadata and coding. A palette may have grown.

    Raises:
        ValueError: If the sizes differ.
    """
    if result.shape != (*photo.size, 3) or mask.shape != photo.size:
        sizes = f"{photo.size}, result {result.shape}, mask {mask.shape}"
        raise ValueError(f"photo, result and mask must have one size, got {sizes}")
    box = extent(mask)
    appearing = _appearing(photo, opacity, box)
    changed = mask[box] & ((result[box] != photo.rgb[box]).any(axis=2) | appearing)
    if changed.any():
        photo = _coloured(photo, box, changed, result[box][changed], appearing[changed])
    return photo if opacity is None else _shown(photo, opacity, mask)


def _appearing(
    photo: Photo, opacity: NDArray[np.float32] | None, box: tuple[slice, slice]
) -> MaskArray:
    """Tell which pixels of a box need another entry of the palette to be seen."""
    if opacity is None or photo.mode != "P" or photo.palette is None:
        return np.zeros(photo.pixels[box].shape[:2], bool)
    hidden: MaskArray = photo.palette[photo.pixels[box], 3] < 255
    return hidden & (opacity[box] >= 0.5)


def _coloured(
    photo: Photo,
    box: tuple[slice, slice],
    changed: MaskArray,
    colours: NDArray[np.uint8],
    appearing: NDArray[np.bool_],
) -> Photo:
    """Give N pixels of a box their colours, (N, 3), and keep their alpha unless they appear."""
    pixels = photo.pixels.copy()
    within = pixels[box]  # a view
    if photo.mode in {"P", "PA"}:
        palette, within[changed] = indexed(photo, box, changed, colours, appearing)
        return replace(photo, pixels=pixels, palette=palette)
    within[changed] = _with_alpha(_native(photo, colours), within[changed], photo.mode)
    return replace(photo, pixels=pixels)


def _shown(photo: Photo, opacity: NDArray[np.float32], mask: MaskArray) -> Photo:
    """Set the alpha of the masked pixels."""
    if photo.mode not in ALPHA_MODES:
        return photo
    pixels = photo.pixels.copy()
    levels = np.rint(opacity[mask] * np.float32(np.iinfo(pixels.dtype).max))
    pixels[mask, -1] = levels.astype(pixels.dtype)
    return replace(photo, pixels=pixels)


def _native(photo: Photo, colours: NDArray[np.uint8]) -> NativeArray:
    """Convert (N, 3) RGB to (N,) or (N, C) native samples, without alpha."""
    match photo.mode:
        case "CMYK":
            return rgb_to_cmyk(colours, photo.metadata.icc)
        case "RGB" | "RGBA":
            return opaque(photo, colours)
        case "RGB;16" | "RGBA;16":
            return opaque(photo, colours.astype(np.uint16) * TO_DEEP)
        case "1":
            return luma(colours) >= 128 << 16
        case "L" | "LA":
            return opaque(
                photo,
                _rounded(photo, (luma(colours) + np.uint32(0x8000)) >> np.uint32(16)).astype(
                    np.uint8
                ),
            )
        case _:
            deep = (luma(colours).astype(np.uint64) * TO_DEEP + 0x8000) >> 16
            return opaque(photo, deep.astype(np.uint16))


def _rounded(photo: Photo, levels: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Round to the grays that the file can hold, where PNG packs several in a byte."""
    if photo.mode != "L" or photo.coding.bits not in {2, 4}:
        return levels
    step = 255 // ((1 << photo.coding.bits) - 1)
    return (levels + step // 2) // step * step


def opaque(photo: Photo, samples: NativeArray) -> NativeArray:
    """Move samples away from the one colour that PNG shows as transparent, in place."""
    if not photo.transparent or photo.mode not in {"L", "I;16", "RGB", "RGB;16"}:
        return samples
    flat = samples.reshape(len(samples), -1)
    hit = (flat == photo.transparent).all(axis=1)
    step = 255 // ((1 << photo.coding.bits) - 1) if photo.coding.bits < 8 else 1
    flat[hit, -1] += np.where(flat[hit, -1] > step, -step, step).astype(flat.dtype)
    return flat.reshape(samples.shape)


def _with_alpha(samples: NativeArray, before: NativeArray, mode: str) -> NativeArray:
    if mode not in ALPHA_MODES:
        return samples
    colours = samples.reshape(len(samples), -1)
    return np.concatenate([colours, before[:, -1:]], axis=1)
