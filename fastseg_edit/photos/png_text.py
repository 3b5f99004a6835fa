"""What PNG says about a photo besides its pixels."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from fastseg_edit.photos.chunk_text import (
    TEXTS,
    content_of,
    keyword_of,
    raw_profile,
    reason_to_drop,
)
from fastseg_edit.photos.chunks import ANIMATION_CHUNKS, MODE_CHUNKS, PIXEL_CHUNKS
from fastseg_edit.photos.photo import Block, Metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastseg_edit.photos.chunks import Chunk
    from fastseg_edit.photos.photo import Photo

XMP_KEYWORD = "XML:com.adobe.xmp"

RAW_PROFILES = ("Raw profile type exif", "Raw profile type APP1")
"""How ImageMagick stored EXIF before PNG had a chunk for it: in hexadecimal."""

PER_METRE = 0.0254
"""Metres per inch."""


def with_metadata(photo: Photo, found: Iterable[Chunk]) -> Photo:
    """Add what the chunks say to a photo.

    Chunks with a wrong checksum, ones that unpack to far too much, and ones that say of themselves
    that they are only true of the old pixels are left out, with a warning.
    """
    kept = []
    for each in found:
        if each.name == b"tRNS":
            photo = replace(photo, transparent=_transparent(each.payload, photo))
        elif each.name not in PIXEL_CHUNKS | ANIMATION_CHUNKS:
            if reason := reason_to_drop(each):
                label = each.name.decode("latin-1")
                photo = photo.noting("W_METADATA_DROPPED", f"the PNG chunk {label!r} {reason}")
            else:
                kept.append(Block(each.name, each.payload))
    return replace(photo, metadata=_metadata(kept))


def blocks(photo: Photo) -> list[Block]:
    """Choose the chunks to write for a photo, whatever format it came from."""
    metadata = photo.metadata
    written = list(metadata.blocks)
    names = {block.name for block in written}
    if metadata.icc and b"iCCP" not in names:
        written.append(Block(b"iCCP", b"ICC Profile\0\0" + zlib.compress(metadata.icc)))
    if metadata.dpi and b"pHYs" not in names:
        metres = [round(dots / PER_METRE) for dots in metadata.dpi]
        written.append(Block(b"pHYs", struct.pack(">IIB", *metres, 1)))
    if metadata.comment:
        written.append(_international("Comment", metadata.comment))
    if metadata.xmp:
        written.append(_international(XMP_KEYWORD, metadata.xmp))
    if metadata.exif:
        written.append(Block(b"eXIf", metadata.exif))
    if photo.transparent:
        written.append(Block(b"tRNS", _packed_transparent(photo)))
    return written


def fitting(kept: tuple[Block, ...]) -> tuple[Block, ...]:
    """Leave out the chunks that only fit the mode before a conversion."""
    return tuple(block for block in kept if block.name not in MODE_CHUNKS)


def _metadata(found: list[Block]) -> Metadata:
    metadata = Metadata()
    kept, text = [], []
    for block in found:
        keyword = keyword_of(block.payload)
        if block.name == b"eXIf":
            metadata = replace(metadata, exif=block.payload)
            continue
        if block.name == b"iTXt" and keyword == XMP_KEYWORD:
            metadata = replace(metadata, xmp=content_of(*block) or b"")
            continue
        if keyword.startswith(RAW_PROFILES):
            metadata = replace(metadata, exif=metadata.exif or raw_profile(content_of(*block)))
            continue
        kept.append(block)
        if block.name in TEXTS:
            text.append((keyword, (content_of(*block) or b"").decode("utf-8", "replace")))
        elif block.name == b"iCCP":
            metadata = replace(metadata, icc=content_of(*block) or b"")
        elif block.name == b"pHYs" and len(block.payload) == 9 and block.payload[8] == 1:
            across, down = struct.unpack_from(">II", block.payload)
            metadata = replace(metadata, dpi=(across * PER_METRE, down * PER_METRE))
    return replace(metadata, text=tuple(text), blocks=tuple(kept))


def _international(keyword: str, content: bytes) -> Block:
    text = content.decode("utf-8", "replace").replace("\0", "")
    return Block(b"iTXt", keyword.encode() + b"\0\0\0\0\0" + text.encode())


def _scale(photo: Photo) -> int:
    """Levels of our pixels per level of the file, where PNG packs several grays in a byte."""
    return 255 // ((1 << photo.coding.bits) - 1) if photo.mode == "L" else 1


def _transparent(payload: bytes, photo: Photo) -> tuple[int, ...]:
    samples = {"1": 1, "L": 1, "I;16": 1, "RGB": 3, "RGB;16": 3}.get(photo.mode, 0)
    if not samples or len(payload) != 2 * samples:
        return ()
    return tuple(each * _scale(photo) for each in struct.unpack(f">{samples}H", payload))


def _packed_transparent(photo: Photo) -> bytes:
    levels = [each // _scale(photo) for each in photo.transparent]
    return struct.pack(f">{len(levels)}H", *levels)
