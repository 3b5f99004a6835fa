"""Masks and scribbles out of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import cv2
import numpy as np

from fastseg_edit.errors import PromptError
from fastseg_edit.photos.colour import luma
from fastseg_edit.photos.exchange import to_array
from fastseg_edit.photos.extent import bands
from fastseg_edit.photos.opening import open_photo
from fastseg_edit.photos.photo import Limits
from fastseg_edit.photos.source import name_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.photos.photo import Photo
    from fastseg_edit.photos.source import Source

Channel: TypeAlias = Literal["auto", "alpha", "luma", "inverted"]
"""Where a mask file holds its mask. "auto" is luma, but refuses a file that is blank there."""

THRESHOLD = 128
"""From this level on a pixel is selected."""

ON, OFF = 192, 64
"""A stroke from the first on marks the object; one below the second marks what it is not."""

DEFAULTS = Limits()


def open_mask(
    given: Source,
    size: tuple[int, int],
    channel: Channel = "auto",
    fit: bool = False,
    limits: Limits = DEFAULTS,
) -> MaskArray:
    """Read a mask: white may change, black may not.

    Args:
        given: A path, or the bytes of a file in any format that is read.
        size: (height, width) of the upright photo.
        channel: Which channel holds the mask; "inverted" takes the dark pixels.
        fit: Whether a mask of another size is stretched over the photo.
        limits: What is refused.

    Returns:
        (H, W) bool of that size, with at least one pixel.

    Raises:
        PromptError: E_MASK_ALPHA, E_MASK_SIZE, E_MASK_EMPTY; E_SPEC for an unknown channel.
        InputError: As `open_photo`.
    """
    name = name_of(given)
    photo = open_photo(given, limits)
    chosen = _fitted(_level(photo, channel, name), size, name, fit=fit) >= THRESHOLD
    if not chosen.any():
        hint = "White selects; black on white is read with :inverted."
        raise PromptError("E_MASK_EMPTY", f"the mask {name} selects no pixel", hint)
    return chosen


def open_scribble(
    given: Source, size: tuple[int, int], limits: Limits = DEFAULTS
) -> tuple[MaskArray, MaskArray]:
    """Read strokes of a brush: white lies on the object, black beside it.

    Gray and transparent pixels say nothing.

    Args:
        given: A path, or the bytes of a file.
        size: (height, width) of the upright photo.
        limits: What is refused.

    Returns:
        Two (H, W) bool: on the object, and beside it.

    Raises:
        PromptError: E_MASK_SIZE, or E_MASK_EMPTY if there is no white stroke.
        InputError: As `open_photo`.
    """
    name = name_of(given)
    photo = open_photo(given, limits)
    level = _fitted(_luma(photo), size, name, fit=False)
    said = _alpha(photo) >= THRESHOLD
    on, off = (level >= ON) & said, (level < OFF) & said
    if not on.any():
        hint = "Paint white on the object and black beside it."
        raise PromptError("E_MASK_EMPTY", f"the strokes in {name} mark no object", hint)
    return on, off


def _level(photo: Photo, channel: Channel, name: str) -> NDArray[np.uint8]:
    match channel:
        case "alpha":
            return _alpha(photo)
        case "inverted":
            return np.uint8(255) - _luma(photo)
        case "auto" | "luma":
            level = _luma(photo)
            if channel == "auto" and np.ptp(level) == 0 and np.ptp(_alpha(photo)) > 0:
                message = f"the mask {name} is blank, but its alpha channel is not"
                raise PromptError("E_MASK_ALPHA", message, "The mask seems to be there: add :alpha")
            return level
        case _:
            message = f"a mask's channel is auto, alpha, luma or inverted, got {channel!r}"
            raise PromptError("E_SPEC", message)


def _luma(photo: Photo) -> NDArray[np.uint8]:
    if photo.mode in ("1", "L"):  # of grays, luma is the very gray
        return photo.pixels * np.uint8(255 if photo.mode == "1" else 1)
    level = np.empty(photo.size, np.uint8)
    for rows in bands(len(level)):
        level[rows] = (luma(photo.rgb[rows]) + 0x8000) >> 16
    return level


def _alpha(photo: Photo) -> NDArray[np.uint8]:
    samples = to_array(photo)
    if samples.dtype == np.uint16:
        samples = (samples >> 8).astype(np.uint8)
    if photo.mode == "CMYK" or samples.ndim == 2 or samples.shape[2] == 3:
        return np.full(photo.size, 255, np.uint8)
    return np.ascontiguousarray(samples[..., -1])


def _fitted(
    level: NDArray[np.uint8], size: tuple[int, int], name: str, *, fit: bool
) -> NDArray[np.uint8]:
    if level.shape == size:
        return level
    if fit:
        shrinks = size[0] < level.shape[0]
        way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        stretched = cv2.resize(level, size[::-1], interpolation=way)
        return stretched.astype(np.uint8)
    raise _misfit(level.shape, size, name)


def check_mask_size(found: tuple[int, ...], size: tuple[int, int], name: str) -> None:
    """Refuse a mask of another size, by the head of its file.

    Args:
        found: (height, width) of the mask.
        size: Those of the upright photo.
        name: For messages.

    Raises:
        PromptError: E_MASK_SIZE.
    """
    if found != size:
        raise _misfit(found, size, name)


def _misfit(found: tuple[int, ...], size: tuple[int, int], name: str) -> PromptError:
    (height, width), (wanted_height, wanted_width) = found, size
    message = f"the mask {name} is {width}x{height}, the photo is {wanted_width}x{wanted_height}"
    hint = "Use a mask of the same size, or stretch it with --mask-resize fit."
    if (width, height) == size:
        hint = "The mask fits the un-rotated photo; draw it on the upright one."
    return PromptError("E_MASK_SIZE", message, hint)
