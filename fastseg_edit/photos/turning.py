"""A photo turned upright, and back to how its file had it."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from fastseg_edit.photos import exif, orient
from fastseg_edit.photos.photo import Block

if TYPE_CHECKING:
    from fastseg_edit.photos.photo import Coding, Metadata, Photo


def upright(photo: Photo) -> Photo:
    """Turn a photo as its EXIF says, and make its metadata true of what comes out.

    Args:
        photo: With pixels as stored, and the metadata that came with them.

    Returns:
        The upright photo: orientation 1, no thumbnail. Its coding stays that of the file. EXIF that
        is broken is left out, with a warning, and nothing is turned.
    """
    metadata = photo.metadata
    try:
        orientation = exif.orientation_of(metadata.exif, metadata.xmp)
        metadata = _saying(metadata, 1, swapped=orientation in orient.SWAPPED)
        clean = exif.without_pictures(metadata.exif)
    except (ValueError, struct.error) as error:
        photo = photo.noting("W_METADATA_DROPPED", f"the EXIF block is broken: {error}")
        return upright(replace(photo, metadata=replace(photo.metadata, exif=b"")))
    metadata = replace(metadata, exif=clean, xmp=exif.xmp_without_pictures(metadata.xmp))
    pixels = orient.upright(photo.pixels, orientation)
    coding = replace(photo.coding, orientation=orientation)
    return replace(photo, pixels=pixels, metadata=metadata, coding=coding)


def orientation_of(metadata: Metadata) -> int:
    """Tell how `upright` will turn a photo: 1 to 8, as EXIF numbers it."""
    try:
        orientation = exif.orientation_of(metadata.exif, metadata.xmp)
        _saying(metadata, 1, swapped=orientation in orient.SWAPPED)
        exif.without_pictures(metadata.exif)
    except (ValueError, struct.error):
        return orientation_of(replace(metadata, exif=b""))
    return orientation


def stored(photo: Photo) -> Photo:
    """Turn an upright photo back to how its file had it, the inverse of `upright`.

    JPEG cuts a picture into blocks, from its upper left corner on. Cut from another corner, nearly
    every pixel would change, if only a little.

    Args:
        photo: As `upright` returns it, perhaps edited.

    Returns:
        The photo as stored, and metadata that says how to turn it. If there is no tag that could
        say so, as after a strip, the upright photo, with a coding that is true of it.
    """
    orientation = photo.coding.orientation
    if orientation == 1:
        return photo
    metadata = _saying(photo.metadata, orientation, swapped=orientation in orient.SWAPPED)
    if exif.orientation_of(metadata.exif, metadata.xmp) != orientation:
        return replace(photo, coding=_upright_coding(photo.coding))
    pixels = orient.stored(photo.pixels, orientation)
    coding = replace(photo.coding, orientation=1)
    return replace(photo, pixels=pixels, metadata=metadata, coding=coding)


def _saying(metadata: Metadata, orientation: int, *, swapped: bool) -> Metadata:
    """State an orientation; if the sides change places, exchange what counts across and down."""
    said = replace(
        metadata,
        exif=exif.saying(metadata.exif, orientation, swapped=swapped),
        xmp=exif.xmp_saying(metadata.xmp, orientation),
    )
    if not swapped:
        return said
    blocks = tuple(_swapped_block(each) for each in metadata.blocks)
    return replace(said, dpi=metadata.dpi and metadata.dpi[::-1], blocks=blocks)


def _swapped_block(block: Block) -> Block:
    if block.name != b"pHYs":
        return block
    return Block(block.name, block.payload[4:8] + block.payload[:4] + block.payload[8:])


def _upright_coding(coding: Coding) -> Coding:
    """Make a JPEG's coding true of the upright picture, whose blocks are no longer the file's."""
    kept = replace(coding, stream=b"", orientation=1)
    if coding.orientation not in orient.SWAPPED:
        return kept
    return replace(
        kept,
        tables=tuple(orient.transposed(table) for table in coding.tables),
        sampling="4:4:4" if coding.sampling == "4:2:2" else coding.sampling,
        density=coding.density[:1] + coding.density[3:5] + coding.density[1:3],
    )
