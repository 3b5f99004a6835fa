"""WebP: pixels and metadata by Pillow; the header is read here, before anything is allocated.

References:
    Google. WebP Container Specification and WebP Lossless Bitstream Specification, RFC 9649, 2024.
"""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PIL import WebPImagePlugin

from fastseg_edit.photos import decode
from fastseg_edit.photos.checks import check_frame, check_size
from fastseg_edit.photos.photo import Coding, Metadata, Photo
from fastseg_edit.photos.pictures import image_of, native

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.photos.photo import Limits

QUALITY = 95
"""Of a lossy WebP, which never stays exactly what it was."""

MAX_SIDE = 16383
"""Pixels; the format holds no more."""

KNOWN = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF", b"XMP "})


class Part(NamedTuple):
    """One chunk of a RIFF file: four letters, and what it holds."""

    name: bytes
    payload: bytes


def read(blob: bytes, limits: Limits, frame: int | None, name: str) -> Photo:
    """Open a WebP file; the pixels stay as stored, not yet upright.

    Raises:
        InputError: If it is too large, damaged, or holds several pictures and none was chosen.
    """
    found = list(_parts(blob, 12))
    width, height = size_of(found, name)
    check_size(width, height, limits, name)
    pictures = [each for each in found if each.name == b"ANMF"]
    check_frame(max(1, len(pictures)), frame, name)
    image = decode.open_image(WebPImagePlugin.WebPImageFile, blob, name)
    if frame:
        decode.seek(image, frame, name)
    pixels, mode = native(decode.load(image, name), name)
    shown = list(_parts(pictures[frame or 0].payload, 16)) if pictures else found
    coding = Coding(lossless=any(each.name == b"VP8L" for each in shown))
    return _with_metadata(Photo(pixels, mode, "WEBP", coding=coding), found)


def encode(photo: Photo, quality: int = QUALITY) -> bytes:
    """Write a WebP file, lossless if `photo.coding` says so.

    Args:
        photo: Of mode "RGB" or "RGBA".
        quality: 1 to 100, if it is not lossless.
    """
    metadata = photo.metadata
    file = io.BytesIO()
    image_of(photo.pixels, photo.mode).save(
        file,
        "WEBP",
        lossless=photo.coding.lossless,
        quality=25 if photo.coding.lossless else quality,  # lossless: effort, not loss
        method=2 if photo.coding.lossless else 4,
        exact=True,  # keeps the colours under transparent pixels
        icc_profile=metadata.icc,
        exif=metadata.exif,
        xmp=metadata.xmp,
    )
    return file.getvalue()


def _parts(blob: bytes, at: int) -> Iterator[Part]:
    while at + 8 <= len(blob):
        name, length = struct.unpack_from("<4sI", blob, at)
        yield Part(name, blob[at + 8 : at + 8 + length])
        at += 8 + length + length % 2


def size_of(found: list[Part], name: str) -> tuple[int, int]:
    """Read width and height from the first 10 bytes of the first chunk, or raise an InputError."""
    first = found[0] if found else Part(b"", b"")
    body = first.payload
    if first.name == b"VP8X" and len(body) >= 10:
        width, height = body[4:7] + b"\0", body[7:10] + b"\0"
        return struct.unpack("<I", width)[0] + 1, struct.unpack("<I", height)[0] + 1
    if first.name == b"VP8L" and len(body) >= 5:
        (bits,) = struct.unpack_from("<I", body, 1)
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if first.name == b"VP8 " and len(body) >= 10:
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise decode.damaged(name, "no header")


def _with_metadata(photo: Photo, found: list[Part]) -> Photo:
    content = dict(found)
    exif = content.get(b"EXIF", b"").removeprefix(b"Exif\0\0")
    metadata = Metadata(exif, content.get(b"ICCP", b""), content.get(b"XMP ", b""))
    for name in content:
        if name not in KNOWN:
            label = name.decode("latin-1")
            photo = photo.noting("W_METADATA_DROPPED", f"the WebP chunk {label!r} is unknown")
    return replace(photo, metadata=metadata)
