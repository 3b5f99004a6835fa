"""What a JPEG's file says of itself before its pixels."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from fastseg_edit.photos import decode, jpeg_text, peeking, turning
from fastseg_edit.photos.peeking import MOST_PARTS, Stored
from fastseg_edit.photos.segments import ALONE, FRAMES, SCAN, Segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.photos.peeking import Bytes

EXIF_OR_XMP = 0xE1
"""Marker of a JPEG's segments that may say so."""

NOT_PLAIN = ALONE | {EXIF_OR_XMP, 0xFF}
"""Markers of a JPEG that are not just passed over."""


BLOCK = 1 << 16
"""Bytes in which a run of padding is passed over at once."""


def jpeg(at: Bytes, _frame: int, name: str) -> Stored:
    """Read the head of a JPEG. Raises an InputError if there is none."""
    if plain := _plain_jpeg(at(0, peeking.BEGIN)):
        return plain
    found = list(_segments(at, name))
    frame = next((each for each in found if each.marker in FRAMES and len(each.payload) >= 6), None)
    if frame is None:
        raise decode.damaged(name, "no header")
    height, width = struct.unpack_from(">HH", frame.payload, 1)
    telling = [each for each in found if each.marker == EXIF_OR_XMP]
    turned = (
        turning.orientation_of(jpeg_text.with_metadata(peeking.NOTHING, telling).metadata)
        if telling
        else 1
    )
    return Stored(width, height, turned)


def _plain_jpeg(begin: bytes) -> Stored | None:
    """Read the first bytes of a JPEG, as most are. None if there is more to be looked at."""
    place, size = 2, (0, 0)
    while place + 9 <= len(begin) and begin[place] == 0xFF:
        marker, length = begin[place + 1], begin[place + 2] << 8 | begin[place + 3]
        if marker == SCAN:
            return Stored(*size) if all(size) else None
        if marker in NOT_PLAIN or length < (8 if marker in FRAMES else 2):
            return None
        if marker in FRAMES and not any(size):
            height, width = struct.unpack_from(">HH", begin, place + 5)
            size = width, height
        place += 2 + length
    return None


def _segments(at: Bytes, name: str) -> Iterator[Segment]:
    """Go through the segments of a JPEG file as `segments` does, with those alone that tell."""
    place, count = 2, 0
    while len(start := at(place, 4)) == 4 and start[0] == 0xFF:
        marker = start[1]
        if marker == 0xFF:  # any number of them may stand before a marker
            block = at(place, BLOCK)
            place += max(len(block) - len(block.lstrip(b"\xff")) - 1, 1)
            continue
        count += 1
        if count > MOST_PARTS:
            raise decode.damaged(name, f"more than {MOST_PARTS} segments")
        if marker in ALONE:
            place += 2
            continue
        length = max(int.from_bytes(start[2:]), 2)
        if marker == SCAN:
            return
        if marker == EXIF_OR_XMP or marker in FRAMES:
            wanted = length - 2 if marker == EXIF_OR_XMP else min(length - 2, 6)
            yield Segment(marker, at(place + 4, wanted), place + 2 + length)
        place += 2 + length
