"""A photo made ready for another format."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.errors import SpecError
from fastseg_edit.photos import webp
from fastseg_edit.photos.jpeg_text import too_long
from fastseg_edit.photos.photo import ALPHA_MODES, DEEP_MODES, FORMATS, Coding, Metadata
from fastseg_edit.photos.png_text import fitting

if TYPE_CHECKING:
    from fastseg_edit.photos.photo import NativeArray, Photo

HOLDS = {
    "PNG": frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16", "LA;16", "RGB;16", "RGBA;16"}),
    "JPEG": frozenset({"L", "RGB", "CMYK"}),
    "WEBP": frozenset({"RGB", "RGBA"}),
    "TIFF": frozenset(
        {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "I;16", "RGB;16", "RGBA;16"}
    ),
    "BMP": frozenset({"1", "L", "P", "RGB", "RGBA"}),
}
"""Modes that each format stores as they are."""

MAX_SIDES = {"WEBP": webp.MAX_SIDE, "JPEG": 65535}
"""Pixels."""


def convert(photo: Photo, to: str) -> Photo:
    """Make a photo ready for a format, or refuse.

    Pixels may change their mode if no sample loses anything: gray may become RGB, a palette RGBA.
    Inks become sRGB, and metadata that the format cannot hold is left out, both with a warning.

    Args:
        photo: Any photo.
        to: One of `FORMATS`.

    Returns:
        The photo in a mode that the format holds; itself if it is of that format already.

    Raises:
        SpecError: E_SPEC if the format is unknown, or cannot hold transparency, 16 bits per sample
            or a picture of this size.
    """
    if to not in FORMATS:
        raise SpecError("E_SPEC", f"format must be one of {', '.join(FORMATS)}, got {to!r}")
    _check_sides(photo, to)
    if photo.format == to and photo.mode in HOLDS[to]:
        return photo
    photo = _without_transparency(photo, to)
    photo = _in_mode(photo, _mode_for(photo, to))
    return _with_metadata(photo, to)


def _check_sides(photo: Photo, to: str) -> None:
    longest = max(photo.size)
    if longest > MAX_SIDES.get(to, longest):
        raise SpecError("E_SPEC", f"{to} holds sides up to {MAX_SIDES[to]}, got {longest}")


def _without_transparency(photo: Photo, to: str) -> Photo:
    """Turn transparency that the format cannot hold into an alpha channel, or refuse."""
    if photo.palette is not None and photo.mode == "P":
        clear = photo.palette[np.unique(photo.pixels), 3] < 255
        needs_alpha = bool(clear.any())
    else:
        needs_alpha = bool(photo.transparent)
    if to == "PNG" or not needs_alpha:
        return replace(photo, transparent=photo.transparent if to == "PNG" else ())
    return _in_mode(photo, "RGBA;16" if photo.mode in DEEP_MODES else "RGBA")


def _mode_for(photo: Photo, to: str) -> str:
    mode = photo.mode
    if mode in HOLDS[to]:
        return mode
    if mode in DEEP_MODES and not HOLDS[to] & DEEP_MODES:
        message = f"{to} cannot hold 16 bits per sample"
        raise SpecError("E_SPEC", message, "Keep the format, or write PNG or TIFF.")
    if mode in ALPHA_MODES:
        if "RGBA" in HOLDS[to]:
            return "RGBA;16" if mode in DEEP_MODES else "RGBA"
        if _alpha_says_something(photo):
            message = f"{to} cannot hold transparency"
            raise SpecError("E_SPEC", message, "Keep the format, or write PNG, WebP or TIFF.")
        return "L" if mode == "LA" else "RGB"
    return "L" if mode == "1" and "L" in HOLDS[to] else "RGB"


def _alpha_says_something(photo: Photo) -> bool:
    return bool((photo.pixels[..., -1] < np.iinfo(photo.pixels.dtype).max).any())


def _in_mode(photo: Photo, mode: str) -> Photo:
    if mode == photo.mode:
        return photo
    if photo.mode == "CMYK":
        photo = photo.noting("W_CONVERTED", "inks became sRGB; their profile was left out")
        photo = replace(photo, metadata=replace(photo.metadata, icc=b""))
    pixels = _colours(photo)
    if mode == "L":
        pixels = pixels[..., 0]
    elif mode in ALPHA_MODES:
        pixels = np.concatenate([pixels, _alpha(photo)[..., None]], axis=2)
    return replace(photo, pixels=pixels, mode=mode, palette=None, transparent=())


def _colours(photo: Photo) -> NativeArray:
    """Return (H, W, 3) in the photo's depth."""
    if photo.mode not in DEEP_MODES:
        return photo.rgb
    pixels = photo.pixels.reshape(*photo.size, -1)
    return pixels[..., :3] if pixels.shape[2] > 2 else np.repeat(pixels[..., :1], 3, axis=2)


def _alpha(photo: Photo) -> NativeArray:
    """Return (H, W) in the photo's depth."""
    if photo.mode in ALPHA_MODES:
        return photo.pixels[..., -1]
    if photo.palette is not None:
        looked_up: NativeArray = photo.palette[photo.pixels, 3]
        return looked_up
    depth = np.uint16 if photo.mode in DEEP_MODES else np.uint8
    alpha = np.full(photo.size, np.iinfo(depth).max, depth)
    if photo.transparent:
        pixels = photo.pixels.reshape(*photo.size, -1)
        alpha[(pixels == photo.transparent).all(axis=2)] = 0
    return alpha


def _with_metadata(photo: Photo, to: str) -> Photo:
    lossless = {"JPEG": False, "WEBP": photo.coding.lossless}.get(to, True)
    coding = Coding(bits=16 if photo.mode in DEEP_MODES else 8, lossless=lossless)
    metadata = photo.metadata
    if photo.format == to:  # only the mode has changed
        return replace(
            photo, coding=coding, metadata=replace(metadata, blocks=fitting(metadata.blocks))
        )
    held = _held(metadata, to)
    lost = [
        name
        for name in Metadata.__dataclass_fields__
        if getattr(metadata, name) and not getattr(held, name)
    ]
    if lost:
        photo = photo.noting("W_METADATA_DROPPED", f"{to} cannot hold: {', '.join(lost)}")
    return replace(photo, format=to, coding=coding, metadata=held)


def _held(metadata: Metadata, to: str) -> Metadata:
    if to == "BMP":
        return Metadata(dpi=metadata.dpi)
    held = replace(metadata, blocks=(), text=())
    if to == "JPEG":
        return too_long(held)
    if to == "PNG":
        return replace(held, text=())
    return replace(held, comment=b"", dpi=None if to == "WEBP" else held.dpi)
