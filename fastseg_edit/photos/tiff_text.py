"""What TIFF says about a photo besides its pixels."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from fastseg_edit.photos import pages
from fastseg_edit.photos.ifd import Value, dump, header, load
from fastseg_edit.photos.photo import Metadata
from fastseg_edit.photos.photoshop import without_thumbnails

if TYPE_CHECKING:
    from fastseg_edit.photos.ifd import Directory
    from fastseg_edit.photos.pages import Page
    from fastseg_edit.photos.photo import Photo

BYTES = 1
UNDEFINED = 7
RATIONAL = 5
INCH, CENTIMETRE = 2, 3
STEPS = 10_000
"""Denominator of a resolution."""

HEADERS = {"<": b"II*\0", ">": b"MM\0*"}


def with_metadata(photo: Photo, page: Page) -> Photo:
    """Add what a picture's tags say to a photo.

    The tags become an EXIF structure, which every format can hold.
    """
    if page.broken:
        photo = photo.noting("W_METADATA_DROPPED", "the EXIF directory is broken")
    if page.number(pages.EXTRA, -1) == 0:
        photo = photo.noting("W_METADATA_DROPPED", "an extra channel of unknown meaning")
    tags = dict(page.about)
    icc, xmp = (_payload(tags.pop(tag, None)) for tag in (pages.ICC, pages.XMP))
    if found := _payload(tags.get(pages.PHOTOSHOP)):
        kept = without_thumbnails(found)
        tags[pages.PHOTOSHOP] = Value(UNDEFINED, len(kept), kept)
    exif = HEADERS["<"] + struct.pack("<I", 8) + dump(tags, "<", 8) if tags else b""
    return replace(photo, metadata=Metadata(exif, icc, xmp, _dpi(tags)))


def directory(photo: Photo) -> Directory:
    """Choose the tags to write for a photo, whatever format it came from."""
    metadata = photo.metadata
    tags: Directory = {}
    if metadata.exif:
        own_order, at = header(metadata.exif)
        tags = load(metadata.exif, own_order, at)
    unwanted = pages.PIXEL_TAGS | pages.UNTRUE_TAGS
    tags = {tag: each for tag, each in tags.items() if tag not in unwanted}
    if metadata.icc:
        tags[pages.ICC] = Value(UNDEFINED, len(metadata.icc), metadata.icc)
    if metadata.xmp:
        tags[pages.XMP] = Value(BYTES, len(metadata.xmp), metadata.xmp)
    if metadata.dpi and pages.X_RESOLUTION not in tags:
        tags |= _resolution(metadata.dpi)
    return tags


def _payload(found: Value | Directory | None) -> bytes:
    return found.payload if isinstance(found, Value) else b""


def _dpi(tags: Directory) -> tuple[float, float] | None:
    unit = tags.get(pages.RESOLUTION_UNIT)
    factor = 2.54 if isinstance(unit, Value) and unit.numbers == (CENTIMETRE,) else 1.0
    dots = []
    for tag in (pages.X_RESOLUTION, pages.Y_RESOLUTION):
        found = tags.get(tag)
        if not isinstance(found, Value) or found.kind != RATIONAL or found.length != 1:
            return None
        over, under = found.numbers
        dots.append(factor * over / under if under else 0.0)
    return (dots[0], dots[1]) if all(dots) else None


def _resolution(dpi: tuple[float, float]) -> Directory:
    across, down = (struct.pack("<II", round(each * STEPS), STEPS) for each in dpi)
    return {
        pages.X_RESOLUTION: Value(RATIONAL, 1, across),
        pages.Y_RESOLUTION: Value(RATIONAL, 1, down),
        pages.RESOLUTION_UNIT: Value(3, 1, struct.pack("<H", INCH)),
    }
