"""What a photo's file says of itself before its pixels, so that thousands are looked at in seconds.

A few kilobytes of each file are read, wherever in it they lie.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, NamedTuple

from fastseg_edit.errors import InputError
from fastseg_edit.photos import (
    bmp,
    decode,
    jpeg_heads,
    opening,
    orient,
    pages,
    peeking,
    png,
    png_text,
    tiff_text,
    turning,
    webp,
)
from fastseg_edit.photos import source as sources
from fastseg_edit.photos.checks import check_frame, check_size
from fastseg_edit.photos.chunks import SIGNATURE, Chunk, chunks
from fastseg_edit.photos.peeking import Stored
from fastseg_edit.photos.photo import Limits, Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.photos.peeking import Bytes
    from fastseg_edit.photos.photo import Photo
    from fastseg_edit.photos.source import Source

DEFAULTS = Limits()

FIRST = 33
"""Bytes that every format says its size in, but for JPEG and TIFF."""

TELLING = frozenset({b"eXIf", b"iTXt", b"tEXt", b"zTXt"})
"""Chunks of a PNG that may say how it is turned."""


class Head(NamedTuple):
    """What a photo's file says of itself before its pixels.

    Attributes:
        size: (height, width) of the upright photo, in pixels.
        format: One of `FORMATS`.
        stored: Bytes of the file.
    """

    size: tuple[int, int]
    format: str
    stored: int


def look(given: Source, limits: Limits = DEFAULTS, frame: int | None = None) -> Head:
    """Look at the head of a photo's file. Nothing is decoded.

    A file that `open_photo` reads has the size that is told here. What is refused here, it refuses
    for the same reason; but damage behind the head shows only there, and a file of more than
    `peeking.MOST_PARTS` parts is damaged here alone.

    Args:
        given: A path, or the bytes of a file.
        limits: What is refused.
        frame: Which picture of a file of several, from 0. None wants a file of one.

    Raises:
        InputError: As for `open_photo`.
    """
    name = sources.name_of(given)
    if isinstance(given, bytes):
        blob = sources.read(given, limits.max_bytes)
        return _head(lambda start, length: blob[start : start + length], len(blob), limits, frame)
    number, stored = sources.descriptor(given, name, limits.max_bytes)
    try:
        return _head(peeking.reader(number, stored), stored, limits, frame, name)
    except OSError as error:
        raise sources.no_access(name, error) from error
    finally:
        os.close(number)


def _head(
    at: Bytes, stored: int, limits: Limits, frame: int | None, name: str = "the given bytes"
) -> Head:
    if not stored:
        raise InputError("E_INPUT_EMPTY", f"{name} has no bytes", "Copy the photo again.")
    format_ = opening.format_of(at(0, FIRST), name)
    found = READERS[format_](at, frame or 0, name)
    check_size(found.width, found.height, limits, name)
    check_frame(found.frames, frame, name)
    height, width = found.height, found.width
    if found.turned in orient.SWAPPED:
        height, width = width, height
    return Head((height, width), format_, stored)


def _turned(photo: Photo) -> int:
    return turning.orientation_of(photo.metadata)


def _png(at: Bytes, _frame: int, name: str) -> Stored:
    header = png.header_of(at(0, FIRST), name)
    found = list(_chunks(at, name))
    telling = [each for each in found if each.name in TELLING]
    turned = (
        turning.orientation_of(png_text.with_metadata(peeking.NOTHING, telling).metadata)
        if telling
        else 1
    )
    return Stored(header.width, header.height, turned, png.frames_of(found))


def _chunks(at: Bytes, origin: str) -> Iterator[Chunk]:
    """Go through a PNG file as `chunks` does, but leave out what pixels are made of."""
    place, name, count = len(SIGNATURE), b"", 0
    while len(start := at(place, 8)) == 8 and name != b"IEND":
        length, name = struct.unpack(">I4s", start)
        count = _counted(count, origin)
        if name in TELLING or name == b"acTL":
            yield next(chunks(SIGNATURE + at(place, 12 + length)))
        else:
            yield Chunk(name, b"", b"", intact=True)
        place += 12 + length


def _webp(at: Bytes, _frame: int, name: str) -> Stored:
    found, place = list[webp.Part](), 12
    while len(start := at(place, 8)) == 8:
        label, length = struct.unpack("<4sI", start)
        wanted = length if label in (b"EXIF", b"XMP ") else min(length, 10)
        found.append(webp.Part(label, at(place + 8, wanted)))
        _counted(len(found), name)
        place += 8 + length + length % 2
    width, height = webp.size_of(found, name)
    content = {each.name: each.payload for each in found}
    exif = content.get(b"EXIF", b"").removeprefix(b"Exif\0\0")
    turned = turning.orientation_of(Metadata(exif, xmp=content.get(b"XMP ", b"")))
    frames = max(1, sum(each.name == b"ANMF" for each in found))
    return Stored(width, height, turned, frames)


def _counted(count: int, name: str) -> int:
    """Return one more, or refuse a file of too many parts."""
    if count >= peeking.MOST_PARTS:
        raise decode.damaged(name, f"more than {peeking.MOST_PARTS} parts")
    return count + 1


def _tiff(at: Bytes, frame: int, name: str) -> Stored:
    if found := _only_page(at):
        return found
    pictures = pages.pages(at(0, DEFAULTS.max_bytes), name)
    page = pictures[min(frame, len(pictures) - 1)]
    width, height = page.number(pages.WIDTH, 0), page.number(pages.HEIGHT, 0)
    turned = _turned(tiff_text.with_metadata(peeking.NOTHING, page))
    return Stored(width, height, turned, len(pictures))


def _only_page(at: Bytes) -> Stored | None:
    """Read the one directory of a plain TIFF file. None if there is more to be looked at."""
    start = at(0, 8)
    if start[:4] not in (b"II*\0", b"MM\0*") or len(start) < 8:
        return None
    order = "<" if start[:2] == b"II" else ">"
    (place,) = struct.unpack(order + "I", start[4:])
    count = int.from_bytes(at(place, 2), "little" if order == "<" else "big")
    table = at(place + 2, 12 * count + 4)
    if len(table) != 12 * count + 4 or table[-4:] != bytes(4):
        return None
    tags = dict[int, int]()
    for entry in range(0, 12 * count, 12):
        tag, kind, length, long = struct.unpack_from(order + "HHII", table, entry)
        short = struct.unpack_from(order + "H", table, entry + 8)[0]
        tags[tag] = {3: short, 4: long}.get(kind, 0) if length == 1 else 0
    sides = tags.get(pages.WIDTH, 0), tags.get(pages.HEIGHT, 0)
    if not all(sides) or tags.keys() & {pages.XMP, pages.DNG}:
        return None
    turned = tags.get(pages.ORIENTATION, 1)
    return Stored(*sides, turned if turned in range(1, 9) else 1)


def _bmp(at: Bytes, _frame: int, name: str) -> Stored:
    _, width, height = bmp.header_of(at(0, FIRST), name)
    return Stored(width, height)


READERS = {"PNG": _png, "JPEG": jpeg_heads.jpeg, "WEBP": _webp, "TIFF": _tiff, "BMP": _bmp}
"""What reads the head of each of `FORMATS`."""
