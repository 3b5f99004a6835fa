"""What JPEG says about a photo besides its pixels."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from fastseg_edit.photos import exif
from fastseg_edit.photos.photo import Block, Metadata
from fastseg_edit.photos.photoshop import without_thumbnails
from fastseg_edit.photos.segments import (
    ADOBE,
    APPLICATIONS,
    COMMENT,
    JFIF,
    MAX_PAYLOAD,
    START,
    parts,
    segment,
)

if TYPE_CHECKING:
    from fastseg_edit.photos.photo import Photo
    from fastseg_edit.photos.segments import Segment

XMP = b"http://ns.adobe.com/xap/1.0/\0"
ICC = b"ICC_PROFILE\0"
PHOTOSHOP = b"Photoshop 3.0\0"
PHOTOSHOP_MARKER = 0xED

UNTRUE = {
    b"MPF\0": "the further pictures of the file",
    b"http://ns.adobe.com/xmp/extension/\0": "extended XMP, which may hold the unedited photo",
    b"JP\0": "content credentials, which would not be true of the edited photo",
    b"JFXX\0": "a thumbnail",
}
"""Segments that would be wrong after an edit, by how they begin."""

PER_CENTIMETRE = 2.54
"""Centimetres per inch."""


def with_metadata(photo: Photo, found: list[Segment]) -> Photo:
    """Add what the segments say to a photo."""
    kept = []
    for each in found:
        if each.marker not in APPLICATIONS or each.marker == ADOBE:
            continue
        untrue = [what for start, what in UNTRUE.items() if each.payload.startswith(start)]
        if untrue:
            photo = photo.noting("W_METADATA_DROPPED", f"left out: {untrue[0]}")
        elif each.marker == JFIF and len(each.payload) >= 12:
            coding = replace(photo.coding, density=each.payload[7:12])
            photo = replace(photo, coding=coding)
        elif not each.payload.startswith((exif.PREFIX, XMP, ICC)):
            kept.append(Block(bytes([each.marker]), _clean(each)))
    return replace(photo, metadata=_metadata(found, tuple(kept), photo.coding.density))


def written(photo: Photo) -> list[bytes]:
    """Write the segments for a photo, whatever format it came from."""
    metadata = photo.metadata
    made = []
    if metadata.exif:
        made.append(segment(0xE1, exif.PREFIX + metadata.exif))
    if metadata.xmp:
        made.append(segment(0xE1, XMP + metadata.xmp))
    profile = parts(metadata.icc, MAX_PAYLOAD - len(ICC) - 2)
    for number, part in enumerate(profile, 1):
        made.append(segment(0xE2, ICC + bytes([number, len(profile)]) + part))
    made += [segment(block.name[0], block.payload) for block in metadata.blocks]
    if metadata.comment:
        made.append(segment(COMMENT, metadata.comment))
    return made


def too_long(metadata: Metadata) -> Metadata:
    """Empty the fields that do not fit into a segment."""
    return replace(
        metadata,
        exif=metadata.exif if len(exif.PREFIX + metadata.exif) <= MAX_PAYLOAD else b"",
        xmp=metadata.xmp if len(XMP + metadata.xmp) <= MAX_PAYLOAD else b"",
        comment=metadata.comment if len(metadata.comment) <= MAX_PAYLOAD else b"",
    )


def with_density(blob: bytes, photo: Photo) -> bytes:
    """State the resolution in the JFIF header as the source did, to the byte."""
    at = len(START) + 4
    if blob[at : at + 5] != b"JFIF\0":
        return blob
    density = photo.coding.density
    if not density and photo.metadata.dpi:
        dots = [min(65535, max(1, round(each))) for each in photo.metadata.dpi]
        density = struct.pack(">BHH", 1, *dots)
    return blob[: at + 7] + density + blob[at + 7 + len(density) :] if density else blob


def _metadata(found: list[Segment], kept: tuple[Block, ...], density: bytes) -> Metadata:
    starting: dict[bytes, list[bytes]] = {exif.PREFIX: [], XMP: [], ICC: []}
    for each in found:
        for start, payloads in starting.items():
            if each.marker in APPLICATIONS and each.payload.startswith(start):
                payloads.append(each.payload[len(start) :])
    numbered = {part[:1]: part[2:] for part in starting[ICC]}
    return Metadata(
        exif=b"".join(starting[exif.PREFIX][:1]),
        icc=b"".join(numbered[number] for number in sorted(numbered)),
        xmp=b"".join(starting[XMP][:1]),
        dpi=_dpi(density),
        comment=b"".join(each.payload for each in found if each.marker == COMMENT),
        blocks=kept,
    )


def _dpi(density: bytes) -> tuple[float, float] | None:
    if not density:
        return None
    unit, across, down = struct.unpack(">BHH", density)
    factor = {1: 1.0, 2: PER_CENTIMETRE}.get(unit)
    return (across * factor, down * factor) if factor else None


def _clean(found: Segment) -> bytes:
    if found.marker != PHOTOSHOP_MARKER or not found.payload.startswith(PHOTOSHOP):
        return found.payload
    return PHOTOSHOP + without_thumbnails(found.payload[len(PHOTOSHOP) :])
