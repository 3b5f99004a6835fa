"""The pictures in a TIFF file, and what the file says about each.

A decoder is never shown the file's own directory: it gets one that is written anew and holds
nothing but what pixels depend on, so that broken or huge tags cannot reach it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from fastseg_edit.photos import decode
from fastseg_edit.photos.checks import unreadable
from fastseg_edit.photos.ifd import (
    UNITS,
    Directory,
    Value,
    dump,
    entries,
    header,
    load,
    longs,
    shorts,
    value,
)

if TYPE_CHECKING:
    from fastseg_edit.photos.ifd import Order

SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 254, 256, 257, 258, 259, 262
FILL_ORDER, OFFSETS, ORIENTATION, SAMPLES, LENGTHS = 266, 273, 274, 277, 279
X_RESOLUTION, Y_RESOLUTION, PLANAR, RESOLUTION_UNIT = 282, 283, 284, 296
PREDICTOR, COLOUR_MAP, SUBDIRECTORY, EXTRA, SAMPLE_FORMAT = 317, 320, 330, 338, 339
XMP, PHOTOSHOP, ICC, LAYERS, DNG = 700, 34377, 34675, 37724, 50706

PIXEL_TAGS = frozenset(
    {WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, OFFSETS, SAMPLES, 278, LENGTHS}
    | {PLANAR, 292, 293, PREDICTOR, COLOUR_MAP, 322, 323, 324, 325, EXTRA, SAMPLE_FORMAT, 347}
    | set(range(512, 522))
    | {529, 530, 532}
)
"""What pixels depend on."""

SINGLE_TAGS = frozenset({WIDTH, HEIGHT, COMPRESSION, PHOTOMETRIC, FILL_ORDER, SAMPLES, 278, PLANAR})
"""Tags of one number; decoders complain about more."""

UNTRUE_TAGS = frozenset({SUBFILE, 255, 280, 281, 263, 264, 265, 288, 289, SUBDIRECTORY, LAYERS})
"""What would be wrong after an edit, or shows the photo as it was."""

SMALLER = 1
"""Bit of tag `SUBFILE`: a preview of another picture."""

MAX_PAGES = 10_000


class Page(NamedTuple):
    """One picture.

    Attributes:
        order: Byte order of the file.
        needed: Tags that pixels depend on.
        about: The others, with the directories below.
        broken: Whether those others could not be read.
    """

    order: Order
    needed: dict[int, Value]
    about: Directory
    broken: bool

    def number(self, tag: int, default: int) -> int:
        """Return the first number of a tag, or the default if there is none."""
        return (*self.numbers(tag), default)[0]

    def numbers(self, tag: int) -> tuple[int, ...]:
        """Return the whole numbers of a tag; none if it is missing or of another kind."""
        found = self.needed.get(tag)
        return found.numbers if found and found.kind in {1, 3, 4} else ()


def pages(blob: bytes, name: str) -> list[Page]:
    """Find the full pictures; previews are left out.

    Raises:
        InputError: If there is none, or if this is a camera's raw file or a BigTIFF.
    """
    if blob[2:4] in {b"+\0", b"\0+"}:
        raise unreadable(name, "a BigTIFF")
    found = []
    try:
        order, at = header(blob)
        seen: set[int] = set()
        while at and at not in seen and len(seen) < MAX_PAGES:
            seen.add(at)
            page, at = _page(blob, order, at)
            found.append(page)
    except ValueError as error:
        if not found:
            raise decode.damaged(name, str(error)) from error
    if not found:
        raise decode.damaged(name, "no picture")
    if DNG in found[0].about:
        raise unreadable(name, "a camera's raw picture (DNG)")
    full = [page for page in found if not page.number(SUBFILE, 0) & SMALLER]
    return full or found[:1]


def clean(blob: bytes, page: Page) -> bytes:
    """Return the file with one picture in it, and nothing said about it.

    Premultiplied alpha is called plain, so that the decoder leaves the samples as they are.
    """
    kept = {tag: page.needed[tag] for tag in page.needed.keys() & PIXEL_TAGS}
    for tag in SINGLE_TAGS & kept.keys():
        kept[tag] = longs(page.number(tag, 0))
    if EXTRA in kept and kept[EXTRA].numbers == (1,):
        kept[EXTRA] = shorts(2)
    return with_directory(blob, page.order, dict(kept))


def with_directory(blob: bytes, order: Order, directory: Directory) -> bytes:
    """Put another directory at the end of a file, in place of the one it had."""
    blob += b"\0" * (len(blob) % 2)
    start = struct.pack(order + "I", len(blob))
    return b"".join([blob[:4], start, blob[8:], dump(directory, order, len(blob))])


def _page(blob: bytes, order: Order, at: int) -> tuple[Page, int]:
    found, link = entries(blob, order, at)
    wanted = PIXEL_TAGS | {SUBFILE, ORIENTATION}
    needed = {
        each.tag: value(blob, order, each)
        for each in found
        if each.tag in wanted and each.kind in UNITS
    }
    broken = False
    try:
        everything = load(blob, order, at)
    except ValueError:  # a directory below is broken; the picture itself need not be
        everything, broken = load(blob, order, at, depth=0), True
        everything = {tag: each for tag, each in everything.items() if tag not in {34665, 34853}}
    left_out = PIXEL_TAGS | UNTRUE_TAGS
    about = {tag: each for tag, each in everything.items() if tag not in left_out}
    (following,) = struct.unpack_from(order + "I", blob, link)
    return Page(order, needed, about, broken), following
