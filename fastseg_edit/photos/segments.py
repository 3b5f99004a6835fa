"""The segments that a JPEG file is made of.

References:
    ITU-T T.81, 1992, annex B. ITU-T T.871 (JFIF), 2011. CIPA DC-008 (Exif) and DC-007 (MPF).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

START = b"\xff\xd8"
SCAN = 0xDA
COMMENT = 0xFE
JFIF = 0xE0
ADOBE = 0xEE
APPLICATIONS = range(0xE0, 0xF0)
ALONE = frozenset({0x01, *range(0xD0, 0xDA)})
"""Markers without a length."""
FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, *range(0xC9, 0xCC), 0xCD, 0xCE, 0xCF})
"""Markers of a frame header, which states the size."""
PROGRESSIVE = 0xC2

MAX_PAYLOAD = 65533
"""Bytes that fit into one segment."""


class Segment(NamedTuple):
    """One segment.

    Attributes:
        marker: Second byte of the marker.
        payload: What it holds.
        stop: Where the next one begins.
    """

    marker: int
    payload: bytes
    stop: int


def segments(blob: bytes) -> Iterator[Segment]:
    """Go through the segments up to the first scan, or to where the file makes no sense."""
    at = len(START)
    while at + 4 <= len(blob) and blob[at] == 0xFF:
        marker = blob[at + 1]
        if marker == 0xFF:  # any number of these may stand before a marker
            at += 1
            continue
        if marker in ALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", blob, at + 2)
        stop = at + 2 + max(length, 2)
        yield Segment(marker, blob[at + 4 : stop], stop)
        if marker == SCAN:
            return
        at = stop


def segment(marker: int, payload: bytes) -> bytes:
    """Write one segment."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def without(blob: bytes, markers: frozenset[int]) -> bytes:
    """Leave out the segments with these markers; everything from the first scan on is kept."""
    kept, stop = [START], len(START)
    for found in segments(blob):
        stop = found.stop
        if found.marker == SCAN:
            stop -= len(found.payload) + 4
            break
        if found.marker not in markers:
            kept.append(segment(found.marker, found.payload))
    return b"".join(kept) + blob[stop:]


def spliced(blob: bytes, added: Iterable[bytes]) -> bytes:
    """Put written segments into a bare JPEG file, behind its JFIF header."""
    at = len(START)
    for found in segments(blob):
        if found.marker != JFIF:
            break
        at = found.stop
    return b"".join([blob[:at], *added, blob[at:]])


def parts(payload: bytes, room: int) -> list[bytes]:
    """Cut what is too long for one segment."""
    return [payload[start : start + room] for start in range(0, len(payload), room)]
