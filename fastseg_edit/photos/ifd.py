"""Directories of TIFF files, which EXIF is made of too.

A file starts with "II" (little endian) or "MM", the number 42 and the place of the first
directory. A directory is a count, 12 bytes per tag, and the place of the next directory.

References:
    Adobe. TIFF Revision 6.0, 1992, section 2. CIPA DC-008, Exif 2.32, 2019, section 4.6.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

Order: TypeAlias = Literal["<", ">"]
"""Byte order, as in the `struct` module."""

UNITS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 1, 7: 1, 8: 2, 9: 4, 10: 4, 11: 4, 12: 8, 13: 4}
"""Bytes that are swapped together, by the kind of a value."""

PAIRS = frozenset({5, 10})
"""Kinds of two units per value: the rationals."""

SUBDIRECTORIES = frozenset({34665, 34853, 40965})
"""Tags that lead to a directory of their own: Exif, GPS, Interoperability."""

MAX_ENTRIES = 4096
"""More tags than any real directory has."""


class Entry(NamedTuple):
    """Where one tag's value lies in a file.

    Attributes:
        tag: Number of the tag.
        kind: Number of the value's type.
        length: How many values.
        start: First byte of the value.
        stop: First byte after it.
    """

    tag: int
    kind: int
    length: int
    start: int
    stop: int


class Value(NamedTuple):
    """A tag's value, in little endian whatever the file was."""

    kind: int
    length: int
    payload: bytes

    @property
    def numbers(self) -> tuple[int, ...]:
        """The value as unsigned integers; none if its kind is unknown."""
        if self.kind not in UNITS:
            return ()
        unit = f"<u{UNITS[self.kind]}"
        return tuple(int(number) for number in np.frombuffer(self.payload, unit))


Directory: TypeAlias = "dict[int, Value | Directory]"
"""Values and directories by tag."""


def shorts(*numbers: int) -> Value:
    """Make a value of 16-bit numbers."""
    return Value(3, len(numbers), struct.pack(f"<{len(numbers)}H", *numbers))


def longs(*numbers: int) -> Value:
    """Make a value of 32-bit numbers."""
    return Value(4, len(numbers), struct.pack(f"<{len(numbers)}I", *numbers))


def header(blob: bytes) -> tuple[Order, int]:
    """Read the byte order and the place of the first directory.

    Raises:
        ValueError: If this is no TIFF structure.
    """
    orders: dict[bytes, Order] = {b"II*\0": "<", b"MM\0*": ">"}
    if blob[:4] not in orders or len(blob) < 8:
        raise ValueError(f"a TIFF structure starts with II*. or MM.*, got {blob[:4]!r}")
    order = orders[blob[:4]]
    return order, struct.unpack_from(order + "I", blob, 4)[0]


def entries(blob: bytes, order: Order, at: int) -> tuple[list[Entry], int]:
    """Find the values of the directory at `at`, and the place where that of the next one stands.

    Raises:
        ValueError: If the directory or a value lies outside.
    """
    if not 8 <= at <= len(blob) - 6:
        raise ValueError(f"a directory lies at byte {at} of {len(blob)}")
    (count,) = struct.unpack_from(order + "H", blob, at)
    end = at + 2 + 12 * count
    if count > MAX_ENTRIES or end + 4 > len(blob):
        raise ValueError(f"a directory of {count} tags does not fit")
    return [_entry(blob, order, at + 2 + 12 * number) for number in range(count)], end


def _entry(blob: bytes, order: Order, at: int) -> Entry:
    tag, kind, count, start = struct.unpack_from(order + "HHII", blob, at)
    size = UNITS.get(kind, 1) * (2 if kind in PAIRS else 1) * count
    if size <= 4:
        start = at + 8
    if start + size > len(blob):
        raise ValueError(f"the value of tag {tag} lies outside")
    return Entry(tag, kind, count, start, start + size)


def value(blob: bytes, order: Order, entry: Entry) -> Value:
    """Read the value of an entry."""
    payload = blob[entry.start : entry.stop]
    return Value(entry.kind, entry.length, _swapped(payload, entry.kind, order))


def load(blob: bytes, order: Order, at: int, depth: int = 2) -> Directory:
    """Read a directory with those below it.

    Raises:
        ValueError: If something lies outside.
    """
    directory: Directory = {}
    for entry in entries(blob, order, at)[0]:
        if entry.kind not in UNITS:
            continue
        found = value(blob, order, entry)
        if entry.tag in SUBDIRECTORIES and depth and found.kind in {4, 13} and found.length == 1:
            directory[entry.tag] = load(blob, order, found.numbers[0], depth - 1)
        else:
            directory[entry.tag] = found
    return directory


def dump(directory: Mapping[int, Value | Directory], order: Order, at: int) -> bytes:
    """Write a directory that will stand at byte `at`, with its values and those below it.

    Args:
        directory: The tags.
        order: Byte order.
        at: Even.

    Returns:
        The bytes from `at` on, an even number. The next directory is none.
    """
    table = bytearray(struct.pack(order + "H", len(directory)))
    behind = bytearray()
    end = at + 2 + 12 * len(directory) + 4
    for tag, content in sorted(directory.items()):
        place = end + len(behind)
        if isinstance(content, Value):
            payload = _swapped(content.payload, content.kind, order)
            table += struct.pack(order + "HHI", tag, content.kind, content.length)
            if len(payload) <= 4:
                table += payload.ljust(4, b"\0")
                continue
        else:
            payload = dump(content, order, place)
            table += struct.pack(order + "HHI", tag, 4, 1)
        table += struct.pack(order + "I", place)
        behind += payload + b"\0" * (len(payload) % 2)
    return bytes(table + b"\0\0\0\0" + behind)


def _swapped(payload: bytes, kind: int, order: Order) -> bytes:
    unit = UNITS.get(kind, 1)
    if order == "<" or unit == 1:
        return payload
    return np.frombuffer(payload, f">u{unit}").astype(f"<u{unit}").tobytes()
