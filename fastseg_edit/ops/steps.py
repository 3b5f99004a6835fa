"""Steps in colour across the border of a mask, where the picture should have gone on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import cv2
import numpy as np

from fastseg_edit.ops import islands

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

    FloatArray: TypeAlias = NDArray[np.float32]

LIMIT = 14.0
"""Largest step to take away, in levels. With more, colours bleed where the rim is a real edge."""

_SIGMA = 4.0  # pixels along the border
_MARGIN = 2  # pixels: a slope takes two
_NOWHERE, _KEPT, _HOLE = np.arange(3, dtype=np.uint8)


class Steps(NamedTuple):
    """What the pixels next to the border lack to meet the pixels beyond it.

    Attributes:
        total: (H, W, 3) Sum over the neighbours beyond the border, in levels; 0 elsewhere.
        pairs: (H, W) Number of such neighbours, 0 to 4.
    """

    total: FloatArray
    pairs: FloatArray


def mended(
    under: ImageArray, over: ImageArray, mask: MaskArray, shift: Callable[..., FloatArray]
) -> ImageArray:
    """Lay one photo over another where the mask is True, with its colours shifted.

    Args:
        under: (H, W, 3) uint8. Kept, to the bit, wherever the mask is False; does not count where
            it is True.
        over: (H, W, 3) uint8. Does not count where the mask is False.
        mask: (H, W) bool.
        shift: Takes (h, w, 3) float32 colours of both photos, each on its side, and the (h, w) bool
            mask of some islands, and returns what is to be added to the colours.

    Returns:
        (H, W, 3) uint8, a new array.
    """
    result = under.copy()
    for part in islands.neighbourhoods(mask, _MARGIN):
        inside = mask[part]
        mixed = np.where(inside[..., None], over[part], under[part]).astype(np.float32)
        shifted = np.rint(mixed[inside] + shift(mixed, inside)[inside])
        result[part][inside] = np.clip(shifted, 0, 255).astype(np.uint8)
    return result


def across(mixed: FloatArray, inside: MaskArray, limit: float = LIMIT) -> Steps:
    """Measure the steps from the pixels of a hole to their kept neighbours.

    How the painted picture went on outside the hole is not asked, as there it may be the photo
    already. The step that would be right is the mean of those next to it, one pixel further in and
    one further out; what is more than that is the seam's.

    Args:
        mixed: (H, W, 3) float32. The painted picture inside, the photo outside.
        inside: (H, W) bool, the hole.
        limit: Larger steps count as this.
    """
    colours = np.pad(mixed, ((2, 2), (2, 2), (0, 0))).reshape(-1, 3)
    side = np.pad(np.where(inside, _HOLE, _KEPT), 2, constant_values=_NOWHERE)
    total, count = np.zeros_like(colours), np.zeros(side.size, np.float32)
    height, width = side.shape
    flat = side.ravel()
    hole = np.flatnonzero(flat == _HOLE)
    for step in (1, width, -1, -width):
        at = hole[flat[hole + step] == _KEPT]
        total[at] += _missing(colours, flat, at, step)
        count[at] += 1
    part = slice(2, -2), slice(2, -2)
    return _limited(total.reshape(height, width, 3)[part], count.reshape(side.shape)[part], limit)


def _limited(total: FloatArray, pairs: FloatArray, limit: float) -> Steps:
    """Average the steps along the border, so that texture has no say, and limit them."""
    near = cv2.GaussianBlur(pairs, (0, 0), _SIGMA).clip(min=1e-6)
    mean = cv2.GaussianBlur(total, (0, 0), _SIGMA) / near[..., None]
    return Steps(np.clip(mean, -limit, limit) * pairs[..., None], pairs)


def _missing(
    colours: FloatArray, side: NDArray[np.uint8], at: NDArray[np.intp], step: int
) -> FloatArray:
    """Return what pixels of the hole lack to go on from their kept neighbours.

    Args:
        colours: (N, 3) Of every pixel.
        side: (N,) On which side of the border each pixel lies.
        at: (M,) Pixels of the hole next to a kept one.
        step: From a pixel to its neighbour across the border.
    """
    before, after, farther = at - step, at + step, at + 2 * step
    within = (side[before] == _HOLE)[:, None]
    beyond = (side[farther] == _KEPT)[:, None]
    slopes = within * (colours[before] - colours[at]) + beyond * (colours[after] - colours[farther])
    wanted = slopes / np.maximum(within.astype(np.float32) + beyond, 1)
    missing: FloatArray = wanted - (colours[at] - colours[after])
    return missing
