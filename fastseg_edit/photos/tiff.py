"""TIFF: pixels by Pillow, every tag carried over by its number.

Colour of 16 bits per sample is more than Pillow can write. It is stored as a gray picture of three
or four times the width, whose bytes are the same, and its directory then says what it is.
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import TiffImagePlugin

from fastseg_edit.photos import decode, pages, tiff_text
from fastseg_edit.photos.checks import check_frame, check_size, unreadable
from fastseg_edit.photos.ifd import header, load, longs, shorts
from fastseg_edit.photos.photo import DEEP_MODES, Coding, Photo
from fastseg_edit.photos.pictures import image_of, native, palette_of, reaching

if TYPE_CHECKING:
    from fastseg_edit.photos.ifd import Directory
    from fastseg_edit.photos.pages import Page
    from fastseg_edit.photos.photo import Limits, NativeArray

NONE, PREDICTED = "raw", frozenset({"tiff_lzw", "tiff_adobe_deflate"})
WRITABLE = PREDICTED | {NONE, "packbits", "lzma", "zstd", "group3", "group4", "tiff_ccitt"}
"""Lossless compressions that are written as they were; the fax ones hold 1-bit pictures only."""

FALLBACK = "tiff_adobe_deflate"

SAME = {"tiff_deflate": FALLBACK}
"""An older number of the same compression."""

PREMULTIPLIED, PLAIN = 1, 2
"""Kinds of alpha, of tag `EXTRA`."""

MAX_SAMPLES = 6
"""Per pixel; CMYK with two extra channels."""

DIFFERENCES = 2
"""Of tag `PREDICTOR`: each sample is stored as the difference to the one before."""


def read(blob: bytes, limits: Limits, frame: int | None, name: str) -> Photo:
    """Open a TIFF file; the pixels stay as stored, not yet upright.

    Raises:
        InputError: If it is too large, damaged, of a kind that is not read, or holds several
            pictures and none was chosen.
    """
    found = pages.pages(blob, name)
    check_frame(len(found), frame, name)
    page = found[frame or 0]
    check_size(page.number(pages.WIDTH, 0), page.number(pages.HEIGHT, 0), limits, name)
    _check_kind(page, name)
    photo, stored = _decoded(pages.clean(blob, page), page, name)
    if photo.coding.compression not in {stored, SAME.get(stored)}:
        photo = photo.noting("W_COMPRESSION", f"{stored} compression became {FALLBACK}, lossless")
    return tiff_text.with_metadata(photo, page)


def encode(photo: Photo) -> bytes:
    """Write a TIFF file."""
    compression = photo.coding.compression or FALLBACK
    pixels, deep = photo.pixels, photo.mode in DEEP_MODES - {"I;16"}
    predicted = compression in PREDICTED and photo.mode not in {"1", "P", "PA"}
    if deep:
        differences = _differences(pixels) if predicted else pixels
        image = image_of(differences.reshape(len(pixels), -1), "I;16")
    else:
        image = image_of(pixels, photo.mode, photo.palette)
    options: dict[str, Any] = {"compression": compression}
    if predicted and not deep:
        options["tiffinfo"] = {pages.PREDICTOR: DIFFERENCES}
    file = io.BytesIO()
    image.save(file, "TIFF", **options)
    blob = file.getvalue()
    order, at = header(blob)
    directory = load(blob, order, at)
    if deep:
        directory |= _deep_tags(pixels, predicted=predicted)
    if photo.mode in {"LA", "RGBA", "RGBA;16"}:
        directory[pages.EXTRA] = shorts(photo.coding.extra)
    return pages.with_directory(blob, order, directory | tiff_text.directory(photo))


def _check_kind(page: Page, name: str) -> None:
    bits = page.numbers(pages.BITS) or (1,)
    colour = page.number(pages.PHOTOMETRIC, 1)
    if page.number(pages.SAMPLES, 1) > MAX_SAMPLES:
        raise unreadable(name, f"{page.number(pages.SAMPLES, 1)} samples per pixel")
    if bits[0] == 12 or bits[0] > 16:
        raise unreadable(name, f"samples of {bits[0]} bits")
    if page.number(pages.SAMPLE_FORMAT, 1) != 1:
        raise unreadable(name, "samples that are signed or floating point")
    if bits[0] == 16 and colour not in {0, 1, 2}:
        raise unreadable(name, "colour inks or palettes of 16 bits")
    if bits[0] == 16 and len(bits) > 1 and (len(bits) == 2 or page.number(pages.PLANAR, 1) == 2):
        raise unreadable(name, "16-bit gray with alpha, or 16-bit colours in separate planes")
    if colour == 8:
        raise unreadable(name, "pixels of mode 'LAB'")


def _decoded(stream: bytes, page: Page, name: str) -> tuple[Photo, str]:
    image = decode.open_image(TiffImagePlugin.TiffImageFile, stream, name)
    compression = str(image.info.get("compression", NONE))
    coding = Coding(
        compression=compression if compression in WRITABLE else FALLBACK,
        extra=PREMULTIPLIED if page.number(pages.EXTRA, 0) == PREMULTIPLIED else PLAIN,
    )
    raw_mode = (image.tile[0].args or ("",))[0]
    if isinstance(raw_mode, str) and raw_mode.startswith("RGB") and ";16" in raw_mode:
        pixels = decode.deep(TiffImagePlugin.TiffImageFile, stream, _halves(raw_mode), name)
        coding = replace(coding, bits=16)
        return Photo(pixels, f"{image.mode};16", "TIFF", coding=coding), compression
    pixels, mode = native(decode.load(image, name), name)
    if mode == "I;16" and page.number(pages.PHOTOMETRIC, 1) == 0:
        pixels = 65535 - pixels  # Pillow leaves white as 0 here, and only here
    palette = reaching(palette_of(image), pixels) if mode in {"P", "PA"} else None
    return Photo(pixels, mode, "TIFF", coding=coding, palette=palette), compression


def _halves(raw_mode: str) -> tuple[str, str]:
    """Name the raw modes that yield the high and the low bytes of the one given."""
    native_order = "L" if sys.byteorder == "little" else "B"
    start, order = raw_mode[:-1], raw_mode[-1].replace("N", native_order)
    return start + order, start + ("B" if order == "L" else "L")


def _differences(pixels: NativeArray) -> NativeArray:
    differences = pixels.copy()
    differences[:, 1:] -= pixels[:, :-1]
    return differences


def _deep_tags(pixels: NativeArray, *, predicted: bool) -> Directory:
    width, channels = pixels.shape[1:]
    tags: Directory = {
        pages.WIDTH: longs(width),
        pages.BITS: shorts(*[16] * channels),
        pages.SAMPLES: shorts(channels),
        pages.PHOTOMETRIC: shorts(2),
    }
    if predicted:
        tags[pages.PREDICTOR] = shorts(DIFFERENCES)
    return tags
