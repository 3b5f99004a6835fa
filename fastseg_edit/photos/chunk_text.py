"""Texts and profiles inside PNG chunks, unpacked without trust."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from fastseg_edit.photos.chunks import survives_edits

if TYPE_CHECKING:
    from fastseg_edit.photos.chunks import Chunk

MAX_TEXT = 4_000_000
"""Bytes of one text or profile when unpacked; more is not metadata but an attack."""

TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})


def reason_to_drop(found: Chunk) -> str:
    """Say why a chunk cannot be carried over, or "" if it can."""
    if not found.intact:
        return "has a wrong checksum"
    if not survives_edits(found.name) and found.name != b"eXIf":
        return "would not be true of the edited photo"
    if found.name in TEXTS | {b"iCCP"} and content_of(found.name, found.payload) is None:
        return "is broken, or far too large"
    return "is far too large" if len(found.payload) > MAX_TEXT else ""


def keyword_of(payload: bytes) -> str:
    """Return what stands before a text."""
    return payload.partition(b"\0")[0].decode("latin-1")


def content_of(name: bytes, payload: bytes) -> bytes | None:
    """Return the text or profile in a chunk, or None if it is broken or unpacks to too much.

    Args:
        name: b"tEXt", b"zTXt", b"iTXt" or b"iCCP".
        payload: What the chunk holds.
    """
    rest = payload.partition(b"\0")[2]
    if name == b"tEXt":
        return rest
    packed = rest[1:]
    if name == b"iTXt":
        packed = rest[2:].partition(b"\0")[2].partition(b"\0")[2]  # behind two languages
        if rest[:1] != b"\1":
            return packed
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, MAX_TEXT)
    except zlib.error:
        return None
    return content if unpacker.eof else None


def raw_profile(content: bytes | None) -> bytes:
    """Return the EXIF structure in a hexadecimal text: a name, a length, the digits.

    Empty if it is no such text.
    """
    lines = (content or b"").strip().split(b"\n", 2)
    try:
        profile = bytes.fromhex(lines[-1].decode("ascii"))
    except ValueError:
        return b""
    return profile.removeprefix(b"Exif\0\0") if len(lines) == 3 else b""
