"""Coarse-to-fine completion: search and vote in turn on each level of the pyramid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.backends.exemplar import plausible, start
from fastseg_edit.backends.exemplar.patches import SIDE, IndexArray, Level
from fastseg_edit.backends.exemplar.search import Matches, Searcher
from fastseg_edit.backends.exemplar.vote import Voter

if TYPE_CHECKING:
    from collections.abc import Sequence

SWEEPS = (8, 6, 5, 3, 2)
"""Searches on each level from coarse to fine; further levels take the last number."""

_FADING = 0.5
_FAR = np.float32(1e9)


def complete(levels: Sequence[Level], random: np.random.Generator) -> IndexArray:
    """Find a source pixel for each pixel of the hole.

    Minimises the distance of every patch that touches the hole to the nearest patch outside it,
    by alternating between search and vote from the coarsest level to the finest [1].

    Args:
        levels: The pyramid, finest level first; its features are painted in place.
        random: Source of everything random.

    Returns:
        (N,) flat indices of pixels of the finest level, in the order of the hole's pixels. None
        of them lies in the hole or in what is to be avoided.

    References:
        [1] Wexler, Shechtman, Irani. Space-time completion of video. TPAMI 2007.
            doi:10.1109/TPAMI.2007.60
    """
    coarsest = levels[-1]
    cost = plausible.implausibility(coarsest, random)
    start.peel(coarsest, cost.ravel(), random)
    matches = _nothing(coarsest)
    matches.match[coarsest.targets] = random.choice(coarsest.sources, len(coarsest.targets))
    for number, level in enumerate(reversed(levels)):
        voter = Voter(level)
        if number:
            cost = _FADING * plausible.carried_over(cost, level.hole.shape)
            matches = _carried_over(matches, levels[-number], level)
            voter(matches, width=1.0)
        searcher = Searcher(level, cost.ravel(), random)
        for _ in range(SWEEPS[min(number, len(SWEEPS) - 1)]):
            searcher(matches)
            voter(matches)
    return voter.labels(matches)


def _nothing(level: Level) -> Matches:
    size = level.hole.size
    return Matches(np.zeros(size, np.intp), np.full(size, _FAR, np.float32))


def _carried_over(matches: Matches, coarse: Level, level: Level) -> Matches:
    """Give each target patch twice the offset of its parent, or a near source patch instead."""
    height, width = coarse.hole.shape
    rows, columns = np.divmod(level.targets, level.width)
    middle = SIDE // 2
    up = np.clip((rows + middle) // 2 - middle, 0, height - SIDE)
    left = np.clip((columns + middle) // 2 - middle, 0, width - SIDE)
    parents = up * width + left
    has_match = matches.distance[parents] < _FAR
    to_rows, to_columns = np.divmod(np.where(has_match, matches.match[parents], parents), width)
    rows = np.clip(rows + 2 * (to_rows - up), 0, level.hole.shape[0] - 1)
    columns = np.clip(columns + 2 * (to_columns - left), 0, level.width - 1)
    finer = _nothing(level)
    finer.match[level.targets] = _nearest_source(level, rows * level.width + columns)
    finer.distance[level.targets] = 1
    return finer


def _nearest_source(level: Level, at: IndexArray) -> IndexArray:
    none = np.ones(level.hole.shape, np.uint8)
    none.ravel()[level.sources] = 0
    _, labels = cv2.distanceTransformWithLabels(
        none, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    labels = np.asarray(labels).ravel()
    source_of = np.zeros(labels.max() + 1, np.intp)
    source_of[labels[level.sources]] = level.sources
    nearest: IndexArray = source_of[labels[at]]
    return nearest
