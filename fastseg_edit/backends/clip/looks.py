"""Which of many masks are worth a look: the best, and of nearly equal ones the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import Cutout

SAME = 0.9
"""IoU above which two masks give the same crop, for all that a model can see."""


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Which masks are looked at, and for which others each of them stands.

    Attributes:
        numbers: Of the masks that are looked at.
        stands_for: For each mask its place in `numbers`, or that of its like; -1 for none.
    """

    numbers: list[int]
    stands_for: NDArray[np.intp]

    def spread(self, scores: NDArray[np.float32], rest: float) -> NDArray[np.float32]:
        """Return a score for every mask.

        Args:
            scores: Of the masks that were looked at.
            rest: What the masks get that none stands for.
        """
        return np.append(scores, np.float32(rest))[self.stands_for]


def looked_at(found: Candidates, most: int) -> Looks:
    """Return which masks to look at.

    Args:
        found: Masks; those without a pixel are left out.
        most: How many to look at, those that the segmenter is surest of.
    """
    numbers: list[int] = []
    stands_for = np.full(len(found), -1, np.intp)
    for number in np.argsort(-found.scores, kind="stable").tolist():
        cutout = found.cutouts[number]
        like = (
            place for place, other in enumerate(numbers) if _alike(cutout, found.cutouts[other])
        )
        place = next(like, None) if cutout.area else -1
        if place is None and len(numbers) < most:
            place = len(numbers)
            numbers.append(number)
        stands_for[number] = -1 if place is None else place
    return Looks(numbers, stands_for)


def _alike(one: Cutout, other: Cutout) -> bool:
    """Return whether two masks are nearly the same; their boxes tell most that are not."""
    return _boxes_overlap(one, other) > SAME - 0.15 and one.overlap(other) > SAME


def _boxes_overlap(one: Cutout, other: Cutout) -> float:
    (left, top, right, bottom), (west, north, east, south) = one.box, other.box
    across = max(0, min(right, east) - max(left, west))
    down = max(0, min(bottom, south) - max(top, north))
    both = (right - left) * (bottom - top) + (east - west) * (south - north)
    return across * down / max(1, both - across * down)
