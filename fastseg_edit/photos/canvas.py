"""A photo on a larger canvas, with room to be painted at its sides."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fastseg_edit.errors import SpecError
from fastseg_edit.photos import exif, orient
from fastseg_edit.photos.jpeg_planes import HALVED
from fastseg_edit.photos.merge import opaque
from fastseg_edit.photos.photo import ALPHA_MODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.photos.photo import Metadata, NativeArray, Photo

LONGEST = {"JPEG": 65_500, "WEBP": 16_383}
"""Pixels of a side that a format can hold, where that is less than anybody would ask for."""

_ENTRIES = 256
_BLOCK = 8
"""Pixels of a side of a JPEG's block."""

_BACK = {6: 8, 8: 6}
"""Orientations that undo others; every other one undoes itself."""


class Margins(NamedTuple):
    """Pixels that a photo grows by at each side, at least 0."""

    left: int
    top: int
    right: int
    bottom: int

    def grown(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the (height, width) that a size becomes."""
        return size[0] + self.top + self.bottom, size[1] + self.left + self.right

    def added(self, size: tuple[int, int]) -> MaskArray:
        """Return what is new of a photo of this (height, width): bool, of the grown size."""
        new = np.ones(self.grown(size), bool)
        new[self.inside(size)] = False
        return new

    def inside(self, size: tuple[int, int]) -> tuple[slice, slice]:
        """Return the rows and columns of the canvas at which a photo of this size lies."""
        height, width = size
        return slice(self.top, self.top + height), slice(self.left, self.left + width)

    def padded(self, array: NDArray[Any], mode: Any = "constant") -> NDArray[Any]:
        """Return an array of the photo's size, padded as `numpy.pad` does."""
        sides = ((self.top, self.bottom), (self.left, self.right))
        return np.pad(array, (*sides, *[(0, 0)] * (array.ndim - 2)), mode=mode)

    def as_stored(self, orientation: int) -> Margins:
        """Return the margins of a photo as its file has it, turned as EXIF numbers it."""
        left, top, right, bottom = self
        if orientation in {2, 3, 6, 7}:
            left, right = right, left
        if orientation in {3, 4, 7, 8}:
            top, bottom = bottom, top
        swapped = orientation in orient.SWAPPED
        return Margins(top, left, bottom, right) if swapped else Margins(left, top, right, bottom)


def aligned(photo: Photo, margins: Margins) -> Margins:
    """Let a photo begin at a whole block of its JPEG, so that the blocks within stay what they are.

    A file counts its blocks from its own left and top. There a margin grows to the next whole one;
    the opposite one shrinks by as much, if it is that wide, and the canvas keeps its size.

    Args:
        photo: Upright. One of another format is left where it is.
        margins: By how much it grows.
    """
    if photo.format != "JPEG":
        return margins
    coding = photo.coding
    halved = HALVED[coding.sampling] if photo.mode == "RGB" else ()
    sides = list(margins.as_stored(coding.orientation))
    for place in (0, 1):
        block = 2 * _BLOCK if 1 - place in halved else _BLOCK
        more = -sides[place] % block
        sides[place] += more
        if sides[place + 2] >= more:
            sides[place + 2] -= more
    return Margins(*sides).as_stored(_BACK.get(coding.orientation, coding.orientation))


def extended(photo: Photo, margins: Margins) -> Photo:
    """Put a photo on a larger canvas.

    What is new continues the photo as a mirror would, so that whoever looks at it before it is
    painted sees colours that could be there. It is opaque, whatever the photo is.

    The samples, mode, depth, palette, profile and coding are the photo's own; what its metadata
    says of its size becomes that of the canvas. A JPEG keeps its stored luma and chroma, but where
    halved chroma begins at an odd place; it keeps its blocks, too, if the margins at the left and
    at the top are multiples of 8 pixels, of 16 where chroma is halved.

    Args:
        photo: Upright.
        margins: By how much it grows.

    Raises:
        SpecError: With E_SPEC, if the photo's format cannot hold so large a picture.
    """
    height, width = size = margins.grown(photo.size)
    if max(size) > (longest := LONGEST.get(photo.format, max(size))):
        raise SpecError(
            "E_SPEC",
            f"the canvas would be {width}x{height}, and {photo.format} holds {longest} a side",
            "Extend the photo less, or convert it to PNG first.",
        )
    canvas = replace(
        photo,
        pixels=margins.padded(photo.pixels, "symmetric"),
        metadata=_saying(photo.metadata, size, turned=photo.coding.orientation in orient.SWAPPED),
        coding=_moved(photo, margins),
    )
    return _opaque(canvas, margins.added(photo.size))


def _moved(photo: Photo, margins: Margins) -> Any:
    """Return the coding with the place at which the stored picture lies now."""
    coding = photo.coding
    if not coding.stream:
        return coding
    stored = margins.as_stored(coding.orientation)
    origin = (coding.origin[0] + stored.left, coding.origin[1] + stored.top)
    odd = any(origin[1 - axis] % 2 for axis in HALVED[coding.sampling])
    return replace(coding, origin=origin, stream=b"" if odd else coding.stream)


def _saying(metadata: Metadata, size: tuple[int, int], *, turned: bool) -> Metadata:
    """State the size; XMP states that of the picture as the file has it."""
    try:
        said = exif.sized(metadata.exif, size)
    except (ValueError, struct.error):  # the size is not worth losing the rest for
        said = metadata.exif
    return replace(
        metadata, exif=said, xmp=exif.xmp_sized(metadata.xmp, size[::-1] if turned else size)
    )


def _opaque(canvas: Photo, new: MaskArray) -> Photo:
    """Make what is new opaque."""
    pixels = canvas.pixels.copy()
    if canvas.mode in ALPHA_MODES:
        pixels[new, -1] = np.iinfo(pixels.dtype).max
    elif canvas.mode == "P":
        return _opaque_entries(canvas, pixels, new)
    elif canvas.transparent:
        pixels[new] = opaque(canvas, pixels[new])
    return replace(canvas, pixels=pixels)


def _opaque_entries(canvas: Photo, pixels: NativeArray, new: MaskArray) -> Photo:
    """Take for each new pixel the nearest entry of the palette that is opaque."""
    palette = canvas.palette
    if palette is None or (palette[:, 3] == 255).all():
        return replace(canvas, pixels=pixels)
    if not (palette[:, 3] == 255).any():
        unused = np.flatnonzero(np.bincount(pixels[~new], minlength=_ENTRIES) == 0)
        if not len(unused):
            text = "no entry of the palette is free to be opaque, so that new pixels are not either"
            return replace(canvas, pixels=pixels).noting("W_CONVERTED", text)
        palette = _with_entry(palette, int(unused[0]), canvas.rgb[~new].mean(axis=0))
    solid = np.flatnonzero(palette[:, 3] == 255)
    apart = palette[:, None, :3].astype(np.int32) - palette[solid, :3]
    nearest = solid[np.square(apart).sum(axis=2).argmin(axis=1)].astype(np.uint8)
    nearest[solid] = solid
    pixels[new] = nearest[np.minimum(pixels[new], len(palette) - 1)]
    return replace(canvas, pixels=pixels, palette=palette)


def _with_entry(
    palette: NDArray[np.uint8], place: int, colour: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """Return a palette with an opaque entry at a place, which may lie behind its end."""
    longer = np.zeros((max(len(palette), place + 1), 4), np.uint8)
    longer[: len(palette)] = palette
    longer[place] = (*np.rint(colour).astype(np.uint8), 255)
    return longer
