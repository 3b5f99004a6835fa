"""First guess for the coarsest level: the hole is filled from its rim inwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.backends.exemplar.patches import SIDE, FloatArray, IndexArray, Level

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray

_MOST_SOURCES = 4000
_CHUNK = 1000


def peel(level: Level, cost: FloatArray, random: np.random.Generator) -> None:
    """Paint the features under the hole, one ring of pixels after the other.

    Each pixel of a ring is copied from the source patch that is nearest in what is known already,
    as in Newson et al. 2014 (doi:10.1137/140954933, section 3.3).

    Args:
        level: The coarsest level; its features are changed in place.
        cost: (H * W,) float32, added to the distance of each source patch.
        random: Draws the source patches to look at, if there are very many.
    """
    sources = level.sources
    if len(sources) > _MOST_SOURCES:
        sources = random.choice(sources, _MOST_SOURCES, replace=False)
    bank = _Bank(level, sources, cost[sources])
    left = level.hole.copy()
    level.features[left] = 0
    while left.any():
        ring = _rim(left)
        for first in range(0, len(ring), _CHUNK):
            part = ring[first : first + _CHUNK]
            level.pixels[part] = level.pixels[bank.nearest(part, ~left)]
        left.ravel()[ring] = False


def _rim(left: MaskArray) -> IndexArray:
    square = np.ones((3, 3), np.uint8)
    inner = cv2.erode(left.astype(np.uint8), square, borderType=cv2.BORDER_REPLICATE)
    rim = np.flatnonzero(left & (inner == 0))
    return rim if len(rim) else np.flatnonzero(left)


class _Bank:
    def __init__(self, level: Level, sources: IndexArray, cost: FloatArray) -> None:
        self.level, self.sources = level, sources
        self.patches = level.patches(sources)
        channels = level.features.shape[2]
        energy = (self.patches**2).reshape(len(sources), -1, channels).sum(axis=2)
        self.energy: FloatArray = energy + cost[:, None] / SIDE**2

    def nearest(self, pixels: IndexArray, known: MaskArray) -> IndexArray:
        """Find the source pixel for each pixel, comparing what is known round it."""
        height, width = known.shape
        rows, columns = np.divmod(pixels, width)
        top = np.clip(rows - SIDE // 2, 0, height - SIDE)
        left = np.clip(columns - SIDE // 2, 0, width - SIDE)
        corner = top * width + left
        square = np.array(self.level.offsets)
        weight = known.ravel()[corner[:, None] + square].astype(np.float32)
        channels = self.level.features.shape[2]
        target = self.level.patches(corner) * np.repeat(weight, channels, axis=1)
        distance = weight @ self.energy.T - 2 * (target @ self.patches.T)
        source: IndexArray = self.sources[distance.argmin(axis=1)]
        source += pixels - corner
        return source
