"""EXIF made true of the edited photo, with every other byte where it was.

The bytes are changed in place, because a camera's own notes point to places by number and would
be lost if the structure were written anew.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from fastseg_edit.photos.ifd import UNITS, entries, header, value

if TYPE_CHECKING:
    from fastseg_edit.photos.ifd import Entry, Order

PREFIX = b"Exif\0\0"
ORIENTATION = 274
EXIF_DIRECTORY = 34665
WIDTHS, HEIGHTS = (256, 40962), (257, 40963)
WIDTHS_AND_HEIGHTS = ((256, 257), (282, 283), (40962, 40963))
"""Size and resolution across and down, which change places when the photo turns by 90 degrees."""

THUMBNAIL_JPEG = (513, 514)
THUMBNAIL_STRIPS = (273, 279)
"""Where a thumbnail lies, and how long it is: as JPEG, and as plain pixels."""

EMBEDDED_JPEG = re.compile(rb"\xff\xd8\xff[\xc4\xdb\xe0-\xef\xfe].*?(?:\xff\xd9|\Z)", re.DOTALL)
"""A picture inside a camera's notes. It begins with SOI and the marker of a first segment."""

XMP_ORIENTATION = re.compile(rb"(tiff:Orientation(?:\s*=\s*[\"']|>\s*))([1-8])")
XMP_SIDES = tuple(
    re.compile(rb"((?:tiff:Image%s|exif:Pixel%sDimension)(?:\s*=\s*[\"']|>\s*))(\d+)" % names)
    for names in ((b"Length", b"Y"), (b"Width", b"X"))
)
"""What XMP says of the height and of the width."""

XMP_THUMBNAILS = re.compile(rb"<xmp:Thumbnails>.*?</xmp:Thumbnails>", re.DOTALL)


def orientation_of(exif: bytes, xmp: bytes = b"") -> int:
    """Tell how the stored picture has to be turned: 1 to 8, as EXIF numbers it.

    EXIF is asked first; XMP counts if EXIF says nothing. 1, upright, if neither says anything.

    Raises:
        ValueError: If the EXIF structure is broken.
    """
    found = 0
    if exif:
        order, at = header(exif)
        for entry in entries(exif, order, at)[0]:
            if entry.tag == ORIENTATION and entry.kind == 3 and entry.length == 1:
                (found,) = value(exif, order, entry).numbers
    if not found and (match := XMP_ORIENTATION.search(xmp)):
        found = int(match[2])
    return found if found in range(1, 9) else 1


def xmp_saying(xmp: bytes, orientation: int) -> bytes:
    """Say in XMP how the photo is turned, if it says so at all."""
    return XMP_ORIENTATION.sub(rb"\g<1>%d" % orientation, xmp)


def sized(exif: bytes, size: tuple[int, int]) -> bytes:
    """Say in EXIF what size the photo has, if it says so at all.

    Args:
        exif: The structure, without `PREFIX`.
        size: (height, width).

    Raises:
        ValueError: If the structure is broken.
    """
    if not exif:
        return exif
    changed = bytearray(exif)
    order, at = header(exif)
    for entry in _described(exif, order, entries(exif, order, at)[0]):
        side = dict.fromkeys(HEIGHTS, size[0]) | dict.fromkeys(WIDTHS, size[1])
        if entry.tag in side and entry.kind in {3, 4} and entry.length == 1:
            # the value stands in the entry itself, which has room for 32 bits
            struct.pack_into(order + "HII", changed, entry.start - 6, 4, 1, side[entry.tag])
    return bytes(changed)


def xmp_sized(xmp: bytes, size: tuple[int, int]) -> bytes:
    """Say in XMP what (height, width) the photo has, if it says so at all."""
    for pattern, side in zip(XMP_SIDES, size, strict=True):
        xmp = pattern.sub(rb"\g<1>%d" % side, xmp)
    return xmp


def xmp_without_pictures(xmp: bytes) -> bytes:
    """Take thumbnails out of XMP, which show the photo unedited."""
    return XMP_THUMBNAILS.sub(b"", xmp)


def saying(exif: bytes, orientation: int, *, swapped: bool) -> bytes:
    """Say in EXIF how the photo is turned, if it says so at all.

    Args:
        exif: The structure, without `PREFIX`.
        orientation: 1 to 8.
        swapped: Whether width and height change places.

    Raises:
        ValueError: If the structure is broken.
    """
    if not exif:
        return exif
    changed = bytearray(exif)
    order, at = header(exif)
    found = entries(exif, order, at)[0]
    for entry in found:
        if entry.tag == ORIENTATION and entry.kind == 3:
            struct.pack_into(order + "H", changed, entry.start, orientation)
    if swapped:
        _swap_sides(changed, order, found)
    return bytes(changed)


def without_pictures(exif: bytes) -> bytes:
    """Take every smaller picture out of EXIF: it would show what was removed from the photo.

    Raises:
        ValueError: If the structure is broken.
    """
    if not exif:
        return exif
    changed = bytearray(exif)
    order, at = header(exif)
    link = entries(exif, order, at)[1]
    changed[link : link + 4] = bytes(4)
    cut = _wipe_thumbnail(changed, order, exif[link : link + 4])
    if cut > 0 and len(changed) - cut <= 4:  # nothing but padding lies behind the thumbnail
        del changed[_start_of_zeros(changed) :]
    return EMBEDDED_JPEG.sub(lambda match: bytes(len(match[0])), bytes(changed))


def _swap_sides(changed: bytearray, order: Order, found: list[Entry]) -> None:
    places = {entry.tag: entry for entry in _described(bytes(changed), order, found)}
    for across, down in WIDTHS_AND_HEIGHTS:
        if across in places and down in places and places[across].kind == places[down].kind:
            _exchange(changed, places[across], places[down])


def _described(exif: bytes, order: Order, found: list[Entry]) -> list[Entry]:
    """Return the entries of the first directory with those of the Exif directory below it."""
    everything = list(found)
    for entry in found:
        if entry.tag == EXIF_DIRECTORY:
            (at,) = value(exif, order, entry).numbers
            everything += entries(exif, order, at)[0]
    return everything


def _exchange(changed: bytearray, one: Entry, other: Entry) -> None:
    if UNITS.get(one.kind) and one.length == other.length:
        kept = changed[one.start : one.stop]
        changed[one.start : one.stop] = changed[other.start : other.stop]
        changed[other.start : other.stop] = kept


def _wipe_thumbnail(changed: bytearray, order: Order, link: bytes) -> int:
    """Blank the thumbnail's bytes and return the end of the last one, or 0."""
    (at,) = struct.unpack(order + "I", link)
    if not at:
        return 0
    blob = bytes(changed)
    places = {entry.tag: value(blob, order, entry) for entry in entries(blob, order, at)[0]}
    end = 0
    for start_tag, length_tag in (THUMBNAIL_JPEG, THUMBNAIL_STRIPS):
        if start_tag not in places or length_tag not in places:
            continue
        spans = zip(places[start_tag].numbers, places[length_tag].numbers, strict=False)
        for start, length in spans:
            stop = min(start + length, len(changed))
            changed[start:stop] = bytes(max(0, stop - start))
            end = max(end, stop)
    return end


def _start_of_zeros(changed: bytearray) -> int:
    kept = len(bytes(changed).rstrip(b"\0"))
    return min(len(changed), kept + 8 + kept % 2)  # a last value may end in zeros itself
