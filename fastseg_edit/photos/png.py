"""PNG: pixels by Pillow, everything else chunk by chunk."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import PngImagePlugin

from fastseg_edit.photos import decode, png_text
from fastseg_edit.photos.checks import check_frame, check_size
from fastseg_edit.photos.chunks import (
    ANIMATION_CHUNKS,
    PIXEL_CHUNKS,
    SIGNATURE,
    chunk,
    chunks,
    spliced,
)
from fastseg_edit.photos.photo import DEEP_MODES, Coding, Photo
from fastseg_edit.photos.pictures import image_of, native, palette_of, reaching
from fastseg_edit.photos.png_deep import encode_deep

if TYPE_CHECKING:
    from fastseg_edit.photos.chunks import Chunk
    from fastseg_edit.photos.photo import Limits, NativeArray

COMPRESSION = 2
"""zlib level. The default, 6, takes twice the time of an edit for 4 % fewer bytes."""

DEEP_COLOURS = {2: ("RGB;16", "RGB;16B", "RGB;16L"), 6: ("RGBA;16", "RGBA;16B", "RGBA;16L")}
"""Our mode and Pillow's raw modes for high and low bytes, by PNG's colour type."""


class Header(NamedTuple):
    """What the first chunk says."""

    width: int
    height: int
    bits: int
    colour: int


def read(blob: bytes, limits: Limits, frame: int | None, name: str) -> Photo:
    """Open a PNG file; the pixels stay as stored, not yet upright.

    Raises:
        InputError: If it is too large, damaged, or holds several pictures and none was chosen.
    """
    header = header_of(blob, name)
    check_size(header.width, header.height, limits, name)
    found = list(chunks(blob))
    frames = frames_of(found)
    check_frame(frames, frame, name)
    photo = _decoded(found, header, frame if frames > 1 else None, name)
    return png_text.with_metadata(photo, found)


def encode(photo: Photo) -> bytes:
    """Write a PNG file."""
    blocks = png_text.blocks(photo)
    if photo.mode in DEEP_MODES - {"I;16"}:  # Pillow writes gray ones
        return spliced(encode_deep(photo.pixels, COMPRESSION), blocks)
    options: dict[str, object] = {"compress_level": COMPRESSION}
    if photo.mode == "L" and photo.coding.bits in {2, 4}:
        options["bits"] = photo.coding.bits
    if photo.mode == "P" and photo.palette is not None and (photo.palette[:, 3] < 255).any():
        options["transparency"] = photo.palette[:, 3].tobytes()
    file = io.BytesIO()
    image_of(photo.pixels, photo.mode, photo.palette).save(file, "PNG", **options)
    return spliced(file.getvalue(), blocks)


def header_of(blob: bytes, name: str) -> Header:
    """Read what the first 33 bytes say. Raises an InputError if they make no sense."""
    if blob[12:16] != b"IHDR" or len(blob) < 33:
        raise decode.damaged(name, "no header")
    header = Header(*struct.unpack_from(">IIBB", blob, 16))
    if not header.width or not header.height:
        raise decode.damaged(name, f"it says that it is {header.width}x{header.height}")
    return header


def frames_of(found: list[Chunk]) -> int:
    """Count the pictures; of the chunks, names and what `acTL` holds are looked at."""
    controls = [each for each in found if each.name == b"acTL" and len(each.payload) == 8]
    if not controls:
        return 1
    (count,) = struct.unpack_from(">I", controls[0].payload)
    names = [each.name for each in found]
    first = names.index(b"IDAT") if b"IDAT" in names else 0
    hidden = b"fcTL" not in names[:first]  # the plain picture is not part of the animation
    return int(count) + hidden if count > 1 else 1


def _decoded(found: list[Chunk], header: Header, frame: int | None, name: str) -> Photo:
    kept = PIXEL_CHUNKS if frame is None else PIXEL_CHUNKS | ANIMATION_CHUNKS
    stream = SIGNATURE + b"".join(each.raw for each in found if each.name in kept)
    if frame is None and header.bits == 16 and header.colour in {2, 4, 6}:
        return _deep(stream, header, name)
    image = decode.open_image(PngImagePlugin.PngImageFile, stream, name)
    if frame:
        decode.seek(image, frame, name)
    pixels, mode = native(decode.load(image, name), name)
    coding = Coding(bits=header.bits)
    if mode != "P":
        return Photo(pixels, mode, "PNG", coding=coding)
    alpha = b"".join(each.payload for each in found if each.name == b"tRNS")
    palette = reaching(palette_of(image, alpha), pixels)
    return Photo(pixels, mode, "PNG", coding=coding, palette=palette)


def _deep(stream: bytes, header: Header, name: str) -> Photo:
    plugin = PngImagePlugin.PngImageFile
    coding = Coding(bits=16)
    if header.colour in DEEP_COLOURS:
        mode, *raw_modes = DEEP_COLOURS[header.colour]
        high, low = raw_modes
        return Photo(decode.deep(plugin, stream, (high, low), name), mode, "PNG", coding=coding)
    # gray with alpha has four bytes a pixel, as plain RGBA has
    plain = chunk(b"IHDR", struct.pack(">IIBB", header.width, header.height, 8, 6) + stream[26:29])
    stream = SIGNATURE + plain + stream[33:]
    image = decode.load(decode.open_image(plugin, stream, name), name)
    pixels: NativeArray = np.asarray(image).view(">u2").astype(np.uint16)
    return Photo(pixels, "LA;16", "PNG", coding=coding)
