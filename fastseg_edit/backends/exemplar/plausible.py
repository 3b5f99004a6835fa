"""Which source patches fit the surroundings of the hole at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.backends.exemplar.patches import (
    Descriptor,
    FloatArray,
    IndexArray,
    Level,
    patches_touching,
)

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray

_WEIGHT = 0.5
_RING = 1200
_PAIRS = 3e7
_REACH = 2
_CHUNK = 4096


def implausibility(level: Level, random: np.random.Generator) -> FloatArray:
    """Give each source patch a cost that grows with how unlike the hole's rim it is.

    Patch energies cannot tell a plausible copy from a seamless copy of something that stands
    elsewhere in the photo, such as a foot. What surrounds the hole is the best guess at what
    belongs in it, hence each patch pays a part of its squared distance to the nearest patch of a
    ring round the hole.

    Args:
        level: The coarsest level.
        random: Draws patches of the ring if there are very many.

    Returns:
        (H, W) float32, by top left pixel; 0 where there is no source patch.
    """
    cost = np.zeros(level.hole.shape, np.float32)
    ring = _ring(level, random)
    if len(ring):
        describe = Descriptor.fitted(level, random, locality=0.0)
        cost.ravel()[level.sources] = _WEIGHT * _least_distance(
            describe(level, level.sources), describe(level, ring)
        )
    return cost


def carried_over(cost: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Stretch the costs to the next finer level, (H, W) to `shape`."""
    return np.asarray(cv2.resize(cost, shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _ring(level: Level, random: np.random.Generator) -> IndexArray:
    square = np.ones((2 * _REACH + 1, 2 * _REACH + 1), np.uint8)
    near = cv2.dilate(patches_touching(level.hole).astype(np.uint8), square)
    is_source: MaskArray = np.zeros(level.hole.size, bool)
    is_source[level.sources] = True
    ring = np.flatnonzero((near.ravel() > 0) & is_source)
    most = min(_RING, int(_PAIRS / max(len(level.sources), 1)) + 1)
    return ring if len(ring) <= most else random.choice(ring, most, replace=False)


def _least_distance(patches: FloatArray, others: FloatArray) -> FloatArray:
    least = np.empty(len(patches), np.float32)
    offset = np.einsum("ij,ij->i", others, others)
    for start in range(0, len(patches), _CHUNK):
        part = patches[start : start + _CHUNK]
        nearest = (offset - 2 * (part @ others.T)).min(axis=1)
        least[start : start + _CHUNK] = nearest + np.einsum("ij,ij->i", part, part)
    return np.maximum(least, 0)
