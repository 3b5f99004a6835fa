"""Nearest source patches: every pair where there are few, PatchMatch where there are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.backends.exemplar.patches import Descriptor, FloatArray, IndexArray, Level

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray

_PAIRS = 1e7
_CHUNK = 2048
_ROUNDS = 2


@dataclass(eq=False)
class Matches:
    """What each target patch is copied from at present.

    Attributes:
        match: (H * W,) source patch of each target patch; 0 where there is no target.
        distance: (H * W,) float32, squared distance of the two; huge where there is no target.
    """

    match: IndexArray
    distance: FloatArray


class Searcher:
    """Finds, for each target patch of a level, the source patch that is most like it.

    Args:
        level: The level. Its features may change between calls, its hole may not.
        cost: (H * W,) float32, added to the distance of each source patch.
        random: Draws the PCA sample and the random candidates.
    """

    def __init__(self, level: Level, cost: FloatArray, random: np.random.Generator) -> None:
        self.level, self.cost, self.random = level, cost, random
        self.describe = Descriptor.fitted(level, random)
        self.bank = self.describe(level, level.sources)
        self.exhaustive = len(level.targets) * float(len(level.sources)) < _PAIRS

    def __call__(self, matches: Matches) -> None:
        """Improve the matches in place."""
        query = self.describe(self.level, self.level.targets)
        if self.exhaustive:
            _compare_all(self, query, matches)
        else:
            PatchMatch(self, query)(matches)


def _compare_all(searcher: Searcher, query: FloatArray, matches: Matches) -> None:
    level, bank = searcher.level, searcher.bank
    offset = np.einsum("ij,ij->i", bank, bank) + searcher.cost[level.sources]
    for start in range(0, len(query), _CHUNK):
        part = query[start : start + _CHUNK]
        distance = offset - 2 * (part @ bank.T)
        best = distance.argmin(axis=1)
        targets = level.targets[start : start + _CHUNK]
        matches.match[targets] = level.sources[best]
        nearest = distance[np.arange(len(best)), best] + np.einsum("ij,ij->i", part, part)
        matches.distance[targets] = np.maximum(nearest, 0)


class PatchMatch:
    """Tries the neighbours' offsets and random ones, all target patches at once [1].

    Propagation in one direction at a time, for all pixels together, is the form that suits array
    code; it needs twice as many passes as the scan over the image.

    References:
        [1] Barnes, Shechtman, Finkelstein, Goldman. PatchMatch: a randomized correspondence
            algorithm for structural image editing. SIGGRAPH 2009. doi:10.1145/1531326.1531330
    """

    def __init__(self, searcher: Searcher, query: FloatArray) -> None:
        self.level, self.cost, self.random = searcher.level, searcher.cost, searcher.random
        size = self.level.hole.size
        self.query = query
        self.row_of = np.full(size, -1, np.int32)
        self.row_of[self.level.sources] = np.arange(len(self.level.sources), dtype=np.int32)
        self.bank = searcher.bank
        self.is_target: MaskArray = np.zeros(size, bool)
        self.is_target[self.level.targets] = True

    def __call__(self, matches: Matches) -> None:
        """Improve the matches in place."""
        targets = self.level.targets
        self.best = matches.match[targets]
        self.distance = self._distances(self.best, np.arange(len(targets)))
        for _ in range(_ROUNDS):
            for step in (-self.level.width, self.level.width, -1, 1) * 2:
                self._propagate(matches.match, step)
            self._sample()
        matches.match[targets], matches.distance[targets] = self.best, self.distance

    def _distances(self, candidates: IndexArray, which: IndexArray) -> FloatArray:
        difference = self.bank[self.row_of[candidates]]
        difference -= self.query[which]
        distance: FloatArray = np.einsum("ij,ij->i", difference, difference)
        return distance + self.cost[candidates]

    def _try(self, candidates: IndexArray, which: IndexArray) -> None:
        valid = (self.row_of[candidates] >= 0) & (candidates != self.best[which])
        candidates, which = candidates[valid], which[valid]
        distance = self._distances(candidates, which)
        better = distance < self.distance[which]
        self.best[which[better]] = candidates[better]
        self.distance[which[better]] = distance[better]

    def _propagate(self, match: IndexArray, step: int) -> None:
        targets = self.level.targets
        match[targets] = self.best
        neighbours = targets + step
        which = np.flatnonzero((neighbours >= 0) & (neighbours < len(match)))
        which = which[self.is_target[neighbours[which]]]
        candidates = match[neighbours[which]] - step
        inside = (candidates >= 0) & (candidates < len(match))
        self._try(candidates[inside], which[inside])

    def _sample(self) -> None:
        height, width = self.level.hole.shape
        everyone = np.arange(len(self.best))
        radius = max(height, width)
        while radius >= 1:
            rows, columns = np.divmod(self.best, width)
            rows = rows + self.random.integers(-radius, radius + 1, len(rows))
            columns = columns + self.random.integers(-radius, radius + 1, len(columns))
            inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
            self._try((rows * width + columns)[inside], everyone[inside])
            radius //= 3
