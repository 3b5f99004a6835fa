"""A file in, an upright photo out."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from fastseg_edit.errors import InputError
from fastseg_edit.photos import bmp, exif, jpeg, orient, png, source, tiff, webp
from fastseg_edit.photos.photo import Block, Limits, Photo

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastseg_edit.photos.photo import Metadata
    from fastseg_edit.photos.source import Source

SIGNATURES: dict[bytes, Callable[[bytes, Limits, int | None, str], Photo]] = {
    b"\x89PNG\r\n\x1a\n": png.read,
    b"\xff\xd8\xff": jpeg.read,
    b"II*\0": tiff.read,
    b"MM\0*": tiff.read,
    b"II+\0": tiff.read,
    b"MM\0+": tiff.read,
    b"BM": bmp.read,
}
"""First bytes of a file, and who reads it. WebP's stand in two places."""

OTHERS = {
    b"GIF8": "a GIF",
    b"%PDF": "a PDF",
    b"8BPS": "a Photoshop document",
    b"<svg": "an SVG drawing",
    b"PK\3\4": "a ZIP archive",
    b"\0\0\1\0": "an icon",
}
HEIF_BRANDS = {b"heic": "a HEIC photo", b"mif1": "a HEIF photo", b"avif": "an AVIF photo"}

ACCEPTED = "accepted: PNG, JPEG, WebP, TIFF, BMP"

DEFAULTS = Limits()


def open_photo(given: Source, limits: Limits = DEFAULTS, frame: int | None = None) -> Photo:
    """Open a photo.

    The size is read from the header and checked before anything is decoded. EXIF's orientation is
    applied, so that pixels, prompts and masks mean the picture that people see. Metadata that is
    broken is left out with a warning; a broken picture is an error.

    Args:
        given: A path, or the bytes of a file.
        limits: What is refused.
        frame: Which picture of a file of several, from 0. None wants a file of one.

    Returns:
        The photo, in its own mode and depth.

    Raises:
        InputError: E_INPUT_MISSING, E_INPUT_ACCESS, E_INPUT_IS_DIR, E_INPUT_EMPTY,
            E_TOO_MANY_BYTES, E_INPUT_FORMAT, E_TOO_MANY_PIXELS, E_TOO_SMALL, E_MULTI_FRAME or
            E_INPUT_TRUNCATED.
        ResourceError: E_MEMORY.
    """
    name = source.name_of(given)
    blob = source.read(given, limits.max_bytes)
    return upright(_reader(blob, name)(blob, limits, frame, name))


def _reader(blob: bytes, name: str) -> Callable[[bytes, Limits, int | None, str], Photo]:
    for signature, reader in SIGNATURES.items():
        if blob.startswith(signature):
            return reader
    if blob[:4] == b"RIFF" and blob[8:12] == b"WEBP":
        return webp.read
    known = [what for start, what in OTHERS.items() if blob.startswith(start)]
    known += [HEIF_BRANDS[blob[8:12]]] if blob[8:12] in HEIF_BRANDS else []
    found = known[0] if known else f"not an image (starts with {blob[:8]!r})"
    raise InputError("E_INPUT_FORMAT", f"{name} is {found}; {ACCEPTED}")


def upright(photo: Photo) -> Photo:
    """Turn a photo as its EXIF says, and make its metadata true of what comes out.

    Args:
        photo: With pixels as stored, and the metadata that came with them.

    Returns:
        The upright photo: orientation 1, no thumbnail. EXIF that is broken is left out, with a
        warning, and nothing is turned.
    """
    metadata = photo.metadata
    try:
        orientation = exif.orientation_of(metadata.exif, metadata.xmp)
        turned = orientation in orient.TURNED
        clean = exif.upright(metadata.exif, turned=turned)
    except (ValueError, struct.error) as error:
        photo = photo.noting("W_METADATA_DROPPED", f"the EXIF block is broken: {error}")
        return upright(replace(photo, metadata=replace(metadata, exif=b"")))
    metadata = replace(metadata, exif=clean, xmp=exif.upright_xmp(metadata.xmp))
    if orientation == 1:
        return replace(photo, metadata=metadata)
    pixels = orient.upright(photo.pixels, orientation)
    coding = replace(photo.coding, orientation=orientation)
    photo = replace(photo, pixels=pixels, metadata=metadata, coding=coding)
    return _turned(photo, metadata) if turned else photo


def _turned(photo: Photo, metadata: Metadata) -> Photo:
    """Exchange whatever counts across and down, for a photo turned by 90 degrees."""
    if metadata.dpi:
        metadata = replace(metadata, dpi=metadata.dpi[::-1])
    metadata = replace(metadata, blocks=tuple(_turned_block(each) for each in metadata.blocks))
    coding = photo.coding
    density = coding.density[:1] + coding.density[3:5] + coding.density[1:3]
    sampling = "4:4:4" if coding.sampling == "4:2:2" else coding.sampling
    tables = jpeg.turned(coding.tables)
    coding = replace(coding, density=density, sampling=sampling, tables=tables)
    return replace(photo, metadata=metadata, coding=coding)


def _turned_block(block: Block) -> Block:
    if block.name != b"pHYs":
        return block
    return Block(block.name, block.payload[4:8] + block.payload[:4] + block.payload[8:])
