"""Outlines: from a soft low-resolution mask to a sharp one, and from a rough one to the edges.

A model's mask is a grid of 100 to 300 cells across. Enlarging its probabilities and cutting them at
one half afterwards already gives an outline without stairs; `snap` brings it to the photo's edges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import cv2
import numpy as np

from fastseg_edit.ops import morphology
from fastseg_edit.ops.colours import odds_inside
from fastseg_edit.ops.guided import guided_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

__all__ = ["guided_filter", "smooth", "snap", "upsample"]

Area: TypeAlias = tuple[slice, slice]

_TILE = 384  # pixels; the planes of one tile stay in the cache of a core
_EPSILON = 1e-4  # variance, of colours in 0..1, below which a window counts as flat
_FINE = 3  # a guided filter with a wider radius than this is found on a coarser grid
_CERTAINTY = 2.5  # log odds of the old mask that the colours have to overrule
_EVIDENCE = 4.0  # log odds that the colours of one pixel can weigh at most


def upsample(probability: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Resize a soft mask, to be cut at one half afterwards.

    Cutting first and resizing then would turn the cells into stairs.

    Args:
        probability: (h, w) float32 in 0..1.
        size: (height, width) of the result.

    Returns:
        (height, width) float32 in 0..1.
    """
    height, width = size
    grows = height * width > probability.size
    how = cv2.INTER_CUBIC if grows else cv2.INTER_AREA
    resized = cv2.resize(probability, (width, height), interpolation=how)
    return np.clip(resized, 0, 1).astype(np.float32, copy=False)


def smooth(mask: MaskArray, radius: float) -> MaskArray:
    """Round off the outline of a mask.

    Blurs the mask and keeps as many of the highest pixels as the mask had, so that small and thin
    parts do not shrink as they would under a fixed threshold.

    Args:
        mask: (H, W) bool.
        radius: Pixels, at least 0: the standard deviation of the blur. 0 changes nothing.

    Returns:
        (H, W) bool, with about the area of `mask`.

    Raises:
        ValueError: If `radius` is negative.
    """
    if radius < 0:
        raise ValueError(f"radius must be at least 0, got {radius}")
    area = int(np.count_nonzero(mask))
    if radius == 0 or area in (0, mask.size):
        return mask.copy()
    window = morphology.neighbourhood(mask, int(np.ceil(3 * radius)) + 1)
    crop = mask[window].astype(np.float32)
    blurred = cv2.GaussianBlur(crop, (0, 0), radius, borderType=cv2.BORDER_REPLICATE)
    level = np.partition(blurred, blurred.size - area, axis=None)[blurred.size - area]
    result = np.zeros_like(mask)
    result[window] = (blurred >= level) & (blurred > 0)
    return result


def snap(
    image: ImageArray,
    mask: MaskArray,
    radius: float,
    how: Literal["guided", "colour"] = "guided",
) -> MaskArray:
    """Move the outline of a mask to the edges of the photo near it.

    "guided" follows edges, and leaves the outline alone where there are none. "colour" compares
    each pixel with the colours inside and outside nearby: it mends a mask that is wrong by up to
    `radius`, and makes a correct one a little worse. Only tiles on the outline are computed.

    Args:
        image: (H, W, 3) uint8.
        mask: (H, W) bool.
        radius: Pixels, at least 0. A pixel farther than this from the outline never changes.
        how: "guided" or "colour".

    Returns:
        (H, W) bool.

    Raises:
        ValueError: If `radius` is negative, or the sizes of photo and mask differ.
    """
    if radius < 0:
        raise ValueError(f"radius must be at least 0, got {radius}")
    if image.shape[:2] != mask.shape:
        raise ValueError(f"photo is {image.shape[:2]}, mask is {mask.shape}: want the same size")
    result = mask.copy()
    if radius < 1:  # the nearest pixel centre beyond an outline is 1 away
        return result
    judge, reach = (_by_colour, 4) if how == "colour" else (_by_edges, 2)
    for tile, padded, inner in _outline_tiles(mask, int(np.ceil(radius)), reach):
        depth = _depth(mask[padded])
        belief = judge(image[padded], depth, radius)
        free = np.abs(depth) <= radius
        result[tile] = np.where(free, belief > 0.5, mask[padded])[inner]
    return result


def _by_edges(image: ImageArray, depth: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    """Filter the mask along edges; (h, w) float32, above one half on the object."""
    return _filtered(image, (depth > 0).astype(np.float32), radius)


def _by_colour(image: ImageArray, depth: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    """Weigh the old mask against the colours on both sides; (h, w) float32 in 0..1."""
    odds = odds_inside(image, depth > radius, depth < -radius, 3 * radius)
    old = np.clip(depth / radius, -1, 1) * _CERTAINTY
    belief = 1 / (1 + np.exp(-old - np.clip(odds, -_EVIDENCE, _EVIDENCE)))
    return _filtered(image, belief.astype(np.float32), radius / 2)


def _filtered(image: ImageArray, soft: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    step = max(1, int(radius / _FINE))
    return guided_filter(image, soft, max(1, round(radius)), _EPSILON, step)


def _depth(mask: MaskArray) -> NDArray[np.float32]:
    """Distance to the outline: 1 or more on the mask, -1 or less outside."""
    return morphology.depth(mask) - morphology.depth(~mask)


def _outline_tiles(mask: MaskArray, radius: int, reach: int) -> Iterator[tuple[Area, Area, Area]]:
    """Yield the tiles near the outline: the tile, the tile with a margin, the tile in that.

    The margin is `reach` radii wide. The tiles grow with it, so that they stay the larger part.
    """
    tile = max(_TILE, 4 * reach * radius)
    rows, columns = morphology.neighbourhood(mask, radius)
    for top in range(rows.start, min(rows.stop, mask.shape[0]), tile):
        for left in range(columns.start, min(columns.stop, mask.shape[1]), tile):
            corner, end = (top, left), (top + tile, left + tile)
            near = mask[_area(corner, end, radius + 1)]
            if near.any() and not near.all():
                margin = reach * radius + 2 * _FINE
                start = [min(side, margin) for side in corner]
                inner = slice(start[0], start[0] + tile), slice(start[1], start[1] + tile)
                yield _area(corner, end, 0), _area(corner, end, margin), inner


def _area(corner: tuple[int, int], end: tuple[int, int], margin: int) -> Area:
    (top, left), (bottom, right) = corner, end
    return (
        slice(max(0, top - margin), bottom + margin),
        slice(max(0, left - margin), right + margin),
    )
