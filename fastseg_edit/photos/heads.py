"""What a photo's file says of itself before its pixels, so that thousands are looked at in seconds.

A few kilobytes of each file are read, wherever in it they lie.
"""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from fastseg_edit.errors import InputError
from fastseg_edit.photos import (
    bmp,
    decode,
    jpeg_text,
    opening,
    orient,
    pages,
    png,
    png_text,
    tiff_text,
    turning,
    webp,
)
from fastseg_edit.photos import source as sources
from fastseg_edit.photos.checks import check_frame, check_size
from fastseg_edit.photos.chunks import SIGNATURE, Chunk, chunks
from fastseg_edit.photos.photo import Limits, Metadata, Photo
from fastseg_edit.photos.segments import ALONE, FRAMES, SCAN, Segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.photos.source import Source

DEFAULTS = Limits()

FIRST = 33
"""Bytes that every format says its size in, but for JPEG and TIFF."""

BEGIN = 4096
"""Bytes that are read at once. Most photos have all that is wanted in there."""

TELLING = frozenset({b"eXIf", b"iTXt", b"tEXt", b"zTXt"})
"""Chunks of a PNG that may say how it is turned."""

EXIF_OR_XMP = 0xE1
"""Marker of a JPEG's segments that may say so."""

NOTHING = Photo(np.zeros((1, 1), np.uint8), "L")
"""Stands for a photo of which only the metadata is wanted."""


class Bytes(Protocol):
    """Some bytes of a file."""

    def __call__(self, start: int, length: int, /) -> bytes:
        """Return the bytes from a place on: as many as asked for, or up to the end."""


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


class _Stored(NamedTuple):
    """The same before the photo is turned upright."""

    width: int
    height: int
    turned: int = 1
    frames: int = 1


def look(given: Source, limits: Limits = DEFAULTS, frame: int | None = None) -> Head:
    """Look at the head of a photo's file. Nothing is decoded.

    A file that `open_photo` reads has the size that is told here. What is refused here, it refuses
    for the same reason; but damage behind the head shows only there.

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
    with sources.opened(given, name, limits.max_bytes) as (file, stored):
        return _head(_reader(file), stored, limits, frame, name)


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


def _reader(file: IO[bytes]) -> Bytes:
    """Return what reads bytes of a file, of which the first ones are read already."""
    begin = file.read(BEGIN)

    def at(start: int, length: int) -> bytes:
        if start + length <= len(begin):
            return begin[start : start + length]
        file.seek(start)
        return file.read(length)

    return at


def _turned(photo: Photo) -> int:
    return turning.orientation_of(photo.metadata)


def _png(at: Bytes, _frame: int, name: str) -> _Stored:
    header = png.header_of(at(0, FIRST), name)
    found = list(_chunks(at))
    telling = [each for each in found if each.name in TELLING]
    turned = (
        turning.orientation_of(png_text.with_metadata(NOTHING, telling).metadata) if telling else 1
    )
    return _Stored(header.width, header.height, turned, png.frames_of(found))


def _chunks(at: Bytes) -> Iterator[Chunk]:
    """Go through a PNG file as `chunks` does, but leave out what pixels are made of."""
    place, name = len(SIGNATURE), b""
    while len(start := at(place, 8)) == 8 and name != b"IEND":
        length, name = struct.unpack(">I4s", start)
        if name in TELLING or name == b"acTL":
            yield next(chunks(SIGNATURE + at(place, 12 + length)))
        else:
            yield Chunk(name, b"", b"", intact=True)
        place += 12 + length


def _jpeg(at: Bytes, _frame: int, name: str) -> _Stored:
    found = list(_segments(at))
    frame = next((each for each in found if each.marker in FRAMES and len(each.payload) >= 6), None)
    if frame is None:
        raise decode.damaged(name, "no header")
    height, width = struct.unpack_from(">HH", frame.payload, 1)
    telling = [each for each in found if each.marker == EXIF_OR_XMP]
    turned = (
        turning.orientation_of(jpeg_text.with_metadata(NOTHING, telling).metadata) if telling else 1
    )
    return _Stored(width, height, turned)


def _segments(at: Bytes) -> Iterator[Segment]:
    """Go through the segments of a JPEG file as `segments` does, with those alone that tell."""
    place = 2
    while len(start := at(place, 4)) == 4 and start[0] == 0xFF:
        marker = start[1]
        if marker == 0xFF or marker in ALONE:
            place += 1 if marker == 0xFF else 2
            continue
        length = max(int.from_bytes(start[2:]), 2)
        if marker == SCAN:
            return
        if marker == EXIF_OR_XMP or marker in FRAMES:
            wanted = length - 2 if marker == EXIF_OR_XMP else min(length - 2, 6)
            yield Segment(marker, at(place + 4, wanted), place + 2 + length)
        place += 2 + length


def _webp(at: Bytes, _frame: int, name: str) -> _Stored:
    found, place = list[webp.Part](), 12
    while len(start := at(place, 8)) == 8:
        label, length = struct.unpack("<4sI", start)
        wanted = length if label in (b"EXIF", b"XMP ") else min(length, 10)
        found.append(webp.Part(label, at(place + 8, wanted)))
        place += 8 + length + length % 2
    width, height = webp.size_of(found, name)
    content = {each.name: each.payload for each in found}
    exif = content.get(b"EXIF", b"").removeprefix(b"Exif\0\0")
    turned = turning.orientation_of(Metadata(exif, xmp=content.get(b"XMP ", b"")))
    frames = max(1, sum(each.name == b"ANMF" for each in found))
    return _Stored(width, height, turned, frames)


def _tiff(at: Bytes, frame: int, name: str) -> _Stored:
    if found := _only_page(at):
        return found
    pictures = pages.pages(at(0, DEFAULTS.max_bytes), name)
    page = pictures[min(frame, len(pictures) - 1)]
    width, height = page.number(pages.WIDTH, 0), page.number(pages.HEIGHT, 0)
    turned = _turned(tiff_text.with_metadata(NOTHING, page))
    return _Stored(width, height, turned, len(pictures))


def _only_page(at: Bytes) -> _Stored | None:
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
    return _Stored(*sides, turned if turned in range(1, 9) else 1)


def _bmp(at: Bytes, _frame: int, name: str) -> _Stored:
    _, width, height = bmp.header_of(at(0, FIRST), name)
    return _Stored(width, height)


READERS = {"PNG": _png, "JPEG": _jpeg, "WEBP": _webp, "TIFF": _tiff, "BMP": _bmp}
"""What reads the head of each of `FORMATS`."""
