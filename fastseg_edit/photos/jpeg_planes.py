"""JPEG pixels as the file stores them, so that saving them again changes next to nothing.

A decoded JPEG saved with its own tables would give the same coefficients, were it not for two steps
in between: luma and chroma become RGB, which rounds and clips, and halved chroma is enlarged by a
filter, which the encoder does not undo. Here the source is decoded again to luma and chroma, the
filter is undone exactly, and only what has been edited goes through RGB.

References:
    libjpeg-turbo, jdsample.c: the triangle filter ("fancy upsampling"). Along one axis it makes of
    samples c the pairs (3 c[i] + c[i-1]) / 4 and (3 c[i] + c[i+1]) / 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import JpegImagePlugin

from fastseg_edit.photos import decode
from fastseg_edit.photos.extent import bands, extent
from fastseg_edit.photos.pictures import image_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.photos.extent import Extent
    from fastseg_edit.photos.photo import Coding

HALVED: dict[str, tuple[int, ...]] = {"4:4:4": (), "4:2:2": (1,), "4:2:0": (0, 1)}
"""Axes along which chroma is halved."""


def as_stored(pixels: ImageArray, coding: Coding) -> NDArray[np.uint8] | None:
    """Convert RGB to luma and chroma, taking from the source whatever has not been edited.

    Args:
        pixels: (H, W, 3) uint8 RGB, turned as the stream is, and perhaps larger: all that the
            stream does not hold counts as edited.
        coding: With the stream that they came from, where it begins, and its sampling. Where
            chroma is halved, it begins at an even place.

    Returns:
        (H, W, 3) uint8 of Y, Cb and Cr. Halved chroma has equal samples in pairs or fours. None
        if nothing has been edited: then the stream itself is the picture, to the bit.
    """
    edited = _edited(pixels, _decoded(coding.stream, "RGB"), coding.origin)
    if not edited.any():
        return None
    source = _decoded(coding.stream, "YCbCr")
    axes = HALVED[coding.sampling]
    halved = _halved(source, pixels.shape[:2], coding.origin, axes)
    planes = _placed(source, pixels.shape[:2], coding.origin)
    del source  # of a large photo a large part of the memory
    box = extent(edited)
    fresh = np.asarray(image_of(pixels[box], "RGB").convert("YCbCr"))
    planes[box] = np.where(edited[box][..., None], fresh, planes[box])
    for channel, plane in enumerate(halved, 1):
        _average(planes[box][..., channel], edited[box], _part(plane, box, axes), axes)
    for channel, plane in enumerate(halved, 1):
        _repeat(plane, planes[..., channel], axes)
    return planes


def _edited(pixels: ImageArray, source: NDArray[np.uint8], origin: tuple[int, int]) -> MaskArray:
    """Tell which pixels are not those of the source: (H, W) bool."""
    edited = np.ones(pixels.shape[:2], bool)
    (left, top), (height, width) = origin, source.shape[:2]
    within = slice(top, top + height), slice(left, left + width)
    for rows in bands(height):
        differs = pixels[within][rows] != source[rows]
        edited[within][rows] = differs[..., 0] | differs[..., 1] | differs[..., 2]
    return edited


def _halved(
    source: NDArray[np.uint8],
    size: tuple[int, ...],
    origin: tuple[int, int],
    axes: tuple[int, ...],
) -> list[NDArray[np.uint8]]:
    """Return Cb and Cr of the source as they are stored, placed in a picture of a size."""
    if not axes:
        return []
    sides = tuple((side + 1) // 2 if axis in axes else side for axis, side in enumerate(size))
    left, top = (place // 2 if 1 - axis in axes else place for axis, place in enumerate(origin))
    planes = (_unfiltered(source[..., channel], axes) for channel in (1, 2))
    return [_placed(plane, sides, (left, top)) for plane in planes]


def _placed(
    array: NDArray[np.uint8], size: tuple[int, ...], origin: tuple[int, int]
) -> NDArray[np.uint8]:
    """Return an array in a larger one of zeros, with its upper left corner at (x, y)."""
    larger = np.zeros((*size, *array.shape[2:]), np.uint8)
    (left, top), (height, width) = origin, array.shape[:2]
    larger[top : top + height, left : left + width] = array
    return larger


def _decoded(stream: bytes, mode: str) -> NDArray[np.uint8]:
    image = decode.open_image(JpegImagePlugin.JpegImageFile, stream, "the source")
    image.draft(mode, image.size)
    return np.asarray(decode.load(image, "the source"))


def _unfiltered(plane: NDArray[np.uint8], axes: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return the halved plane from which the triangle filter made this one."""
    parts = []
    for rows in bands(len(plane)):
        # a pair more on either side: the filter mixes neighbours
        above, below = min(rows.start, 2), min(len(plane) - rows.stop, 2)
        part = _unfiltered_band(plane[rows.start - above : rows.stop + below], axes)
        step = 2 if 0 in axes else 1
        parts.append(part[above // step : len(part) - below // step])
    return np.concatenate(parts)


def _unfiltered_band(plane: NDArray[np.uint8], axes: tuple[int, ...]) -> NDArray[np.uint8]:
    samples = plane.astype(np.int16)
    for axis in axes:
        samples = np.moveaxis(_unfiltered_rows(np.moveaxis(samples, axis, 0)), 0, axis)
    # halves go to the even neighbour: a bias, however small, adds up in a block's mean
    whole = np.rint(samples.astype(np.float32) / 4 ** len(axes))
    halved: NDArray[np.uint8] = np.clip(whole, 0, 255).astype(np.uint8)
    return halved


def _unfiltered_rows(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Undo the filter along the first axis, halve it, and multiply by 4.

    Each sample is the sum of two solutions: one with the pair before it, one with the pair after.
    """
    if len(samples) % 2:  # the second of the last pair was cut off; follow the line
        missing = (3 * samples[-1:] - samples[-2:-1] + 1) >> 1
        samples = np.concatenate([samples, missing])
    first, second = samples[::2], samples[1::2]
    before = np.concatenate([first[:1], second[:-1]])
    after = np.concatenate([first[1:], second[-1:]])
    total: NDArray[np.int16] = 3 * (first + second) - before - after
    return total


def _average(
    plane: NDArray[np.uint8],
    edited: MaskArray,
    halved: NDArray[np.uint8],
    axes: tuple[int, ...],
) -> None:
    """Write the means of a plane into its halved version, wherever one of the pixels is edited.

    Args:
        plane: (h, w) with the new chroma.
        edited: (h, w) bool.
        halved: Written to.
        axes: The halved ones.
    """
    total, touched = plane.astype(np.uint16), edited
    for axis in axes:
        first, second = _pairs(total, axis)
        total = first + second
        first, second = _pairs(touched, axis)
        touched = first | second
    count = 2 ** len(axes)
    halved[touched] = ((total[touched] + count // 2) // count).astype(np.uint8)


def _pairs(samples: NDArray[Any], axis: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the first and the second of each pair along an axis; an odd last one is doubled."""
    samples = np.moveaxis(samples, axis, 0)
    if len(samples) % 2:
        samples = np.concatenate([samples, samples[-1:]])
    return np.moveaxis(samples[::2], 0, axis), np.moveaxis(samples[1::2], 0, axis)


def _part(plane: NDArray[np.uint8], box: Extent, axes: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return the view of a halved plane that stands for a box, which begins at even places."""
    rows, columns = (
        slice(side.start // 2, (side.stop + 1) // 2) if axis in axes else side
        for axis, side in enumerate(box)
    )
    return plane[rows, columns]


def _repeat(plane: NDArray[np.uint8], onto: NDArray[np.uint8], axes: tuple[int, ...]) -> None:
    """Write a halved plane into one of full size, each sample into its pair or its four."""
    for rows in bands(len(onto)):
        part = plane[rows.start // 2 : (rows.stop + 1) // 2] if 0 in axes else plane[rows]
        for axis in axes:
            part = part.repeat(2, axis=axis)
        onto[rows] = part[: rows.stop - rows.start, : onto.shape[1]]
