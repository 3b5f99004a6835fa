"""The chunks that a PNG file is made of.

References:
    W3C. Portable Network Graphics (PNG) Specification, third edition, 2025, sections 5 and 11.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastseg_edit.photos.photo import Block

SIGNATURE = b"\x89PNG\r\n\x1a\n"

PIXEL_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
ANIMATION_CHUNKS = frozenset({b"acTL", b"fcTL", b"fdAT"})

COLOUR_CHUNKS = frozenset({b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"mDCV", b"cLLI", b"sBIT"})
"""They say what the numbers mean, and have to stand before the palette."""

MODE_CHUNKS = frozenset({b"sBIT", b"bKGD", b"hIST", b"sPLT"})
"""They only fit the mode that they were made for."""

KNOWN_CHUNKS = COLOUR_CHUNKS | MODE_CHUNKS | {b"pHYs", b"tEXt", b"zTXt", b"iTXt", b"tIME"}


class Chunk(NamedTuple):
    """One chunk.

    Attributes:
        name: Four letters.
        payload: What it holds; less than its length says if the file is cut off.
        raw: The chunk as it stands in the file.
        intact: Whether its checksum is right.
    """

    name: bytes
    payload: bytes
    raw: bytes
    intact: bool


def chunks(blob: bytes) -> Iterator[Chunk]:
    """Go through a PNG file up to IEND, or to where it is cut off."""
    at, name = len(SIGNATURE), b""
    while at + 8 <= len(blob) and name != b"IEND":
        length, name = struct.unpack_from(">I4s", blob, at)
        raw = blob[at : at + 12 + length]
        payload = raw[8 : 8 + length]
        yield Chunk(name, payload, raw, raw[8 + length :] == _checksum(name + payload))
        at += len(raw)


def chunk(name: bytes, payload: bytes) -> bytes:
    """Write one chunk."""
    return struct.pack(">I", len(payload)) + name + payload + _checksum(name + payload)


def survives_edits(name: bytes) -> bool:
    """Tell whether a chunk stays true when pixels change.

    Names say so by the case of their last letter, for chunks that nobody knows.
    """
    return name in KNOWN_CHUNKS - {b"hIST"} or (name[:1].islower() and name[3:].islower())


def spliced(blob: bytes, blocks: Iterable[Block]) -> bytes:
    """Put chunks into a bare PNG file, each where it may stand."""
    blocks = list(blocks)
    early = b"".join(chunk(*block) for block in blocks if block.name in COLOUR_CHUNKS)
    late = b"".join(chunk(*block) for block in blocks if block.name not in COLOUR_CHUNKS)
    written = [SIGNATURE]
    for found in chunks(blob):
        if found.name == b"IDAT":
            written.append(late)
            late = b""
        written.append(found.raw)
        if found.name == b"IHDR":
            written.append(early)
    return b"".join(written)


def _checksum(content: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(content))
