"""Some bytes of a file, wherever in it they lie."""

from __future__ import annotations

import os
from typing import NamedTuple, Protocol

import numpy as np

from fastseg_edit.photos.photo import Photo

BEGIN = 4096
"""Bytes that are read at once. Most photos have all that is wanted in there."""

MOST_PARTS = 100_000
"""Parts that a file may have. Damaged ones may have millions, and looking at each takes long."""

NOTHING = Photo(np.zeros((1, 1), np.uint8), "L")
"""Stands for a photo of which only the metadata is wanted."""


class Bytes(Protocol):
    """Some bytes of a file."""

    def __call__(self, start: int, length: int, /) -> bytes:
        """Return the bytes from a place on: as many as asked for, or up to the end."""


class Stored(NamedTuple):
    """What a head says before the photo is turned upright."""

    width: int
    height: int
    turned: int = 1
    frames: int = 1


def reader(number: int, stored: int) -> Bytes:
    """Return what reads bytes of an open file, of which the first ones are read at once."""
    begin = os.read(number, BEGIN)

    def at(start: int, length: int) -> bytes:
        if start + length <= len(begin) or len(begin) == stored:
            return begin[start : start + length]
        os.lseek(number, start, os.SEEK_SET)
        found = os.read(number, length)
        while len(found) < length and (more := os.read(number, length - len(found))):
            found += more
        return found

    return at
