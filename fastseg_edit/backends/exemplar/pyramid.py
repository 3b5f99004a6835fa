"""From a photo with a hole to a pyramid of features in which the hole's old content has no part."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from fastseg_edit.backends.exemplar.patches import SIDE, FloatArray, Level, level_of

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray

TEXTURE_WEIGHT = 3.0
"""Weight of the texture channels. Without them fills go flat: the mean of a texture fits too."""

COARSEST = 24
"""The hole's widest place on the coarsest level, in pixels. 16 loses thin things, 32 is softer."""

_LIGHTNESS_WEIGHT = 2.0
_FEWEST_SOURCES = 40


class Scene(NamedTuple):
    """A photo in working resolution.

    Attributes:
        image: (H, W, 3) uint8 RGB.
        hole: (H, W) bool. True where any pixel of the photo is to be painted.
        avoid: (H, W) bool. True where any pixel of the photo must not be copied.
    """

    image: ImageArray
    hole: MaskArray
    avoid: MaskArray


def shrink(image: ImageArray, hole: MaskArray, avoid: MaskArray, factor: int) -> Scene:
    """Average blocks of pixels.

    A block with one pixel of the hole belongs to the hole, so no colour leaks out of it; a block
    with one pixel to avoid, or that is cut by the photo's edge, is avoided. Hence an offset
    between two blocks, times `factor`, is right for each pixel in them.

    Args:
        image: (H, W, 3) uint8 RGB.
        hole: (H, W) bool.
        avoid: (H, W) bool.
        factor: Side of a block, at least 1.
    """
    if factor == 1:
        return Scene(image, hole, avoid)
    below, right = (-side % factor for side in hole.shape)
    if below or right:
        image = np.asarray(
            cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE), np.uint8
        )
        hole, avoid = _padded(hole, below, right, False), _padded(avoid, below, right, True)
    size = (image.shape[1] // factor, image.shape[0] // factor)
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Scene(small, _any_in_block(hole, factor), _any_in_block(avoid, factor))


def _padded(mask: MaskArray, below: int, right: int, value: bool) -> MaskArray:
    return np.pad(mask, ((0, below), (0, right)), constant_values=value)


def _any_in_block(mask: MaskArray, factor: int) -> MaskArray:
    height, width = mask.shape
    blocks = mask.reshape(height // factor, factor, width)
    rows = np.logical_or.reduce(blocks, axis=1)
    blocks = rows.reshape(height // factor, width // factor, factor)
    found: MaskArray = np.logical_or.reduce(blocks, axis=2)
    return found


def levels_of(scene: Scene) -> list[Level]:
    """Build the pyramid, finest level first; empty if no patch can be copied.

    Args:
        scene: Photo, hole and what to avoid.
    """
    known = (~scene.hole).astype(np.float32)
    count = _number_of_levels(scene.hole)
    features = _features(scene.image, known, 2**count + 1)
    avoid = scene.avoid.astype(np.float32)
    levels: list[Level] = []
    while min(features.shape[:2]) >= SIDE:
        level = level_of(features, known < 0.5, avoid > 0)
        few = _FEWEST_SOURCES if levels else 1
        if len(level.sources) < few or not len(level.targets):
            break
        levels.append(level)
        if len(levels) == count:
            break
        features, known, avoid = _halve(features, known, avoid)
    return levels


def _number_of_levels(hole: MaskArray) -> int:
    depth = float(cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5).max())
    depth = min(depth, max(hole.shape))  # without a known pixel it is infinite
    return 1 + max(0, int(np.ceil(np.log2(2 * depth / COARSEST))))


def _features(image: ImageArray, known: FloatArray, reach: int) -> FloatArray:
    """Stack Lab colours and the mean strength of horizontal and vertical edges.

    The last two channels tell textures of the same colour apart (Newson et al. 2014,
    doi:10.1137/140954933, section 3).
    """
    unit = image.astype(np.float32) / 255
    colours = np.asarray(cv2.cvtColor(unit, cv2.COLOR_RGB2Lab), np.float32)
    colours[:, :, 0] *= _LIGHTNESS_WEIGHT
    difference = np.array([[-0.5, 0, 0.5]], np.float32)
    edges = [
        np.abs(cv2.filter2D(colours[:, :, 0], -1, kernel)) for kernel in (difference, difference.T)
    ]
    inner = cv2.erode(known, np.ones((3, 3), np.uint8))
    weight = np.maximum(cv2.boxFilter(inner, -1, (reach, reach)), 1e-3)
    textures = [
        TEXTURE_WEIGHT * cv2.boxFilter(edge * inner, -1, (reach, reach)) / weight for edge in edges
    ]
    return np.dstack([colours, *textures])


def _halve(
    features: FloatArray, known: FloatArray, avoid: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Halve both sides; the hole's features do not count in the average."""
    weight = np.asarray(cv2.pyrDown(known), np.float32)
    total = np.asarray(cv2.pyrDown(features * known[:, :, None]), np.float32)
    total /= np.maximum(weight, 1e-3)[:, :, None]
    return total, (weight > 0.5).astype(np.float32), np.asarray(cv2.pyrDown(avoid), np.float32)
