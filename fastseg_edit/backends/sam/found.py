"""Masks as a network proposes them: on its own coarse grid, and soft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SHIFT = 1.0  # log odds between each of the two cuts of `stability` and the usual one


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One mask that a network proposes.

    Attributes:
        logits: (h, w) float32 log odds of the object, on a grid over the whole photo.
        belief: Intersection over union with the true mask that the network expects.
    """

    logits: NDArray[np.float32]
    belief: float


def stability(logits: NDArray[np.float32]) -> float:
    """Return how little a mask changes if it is cut a little higher or lower: 0 to 1."""
    lower = np.count_nonzero(logits > -_SHIFT)
    return np.count_nonzero(logits > _SHIFT) / lower if lower else 0.0


def distinct(found: Sequence[Found], same: float = 0.95) -> list[Found]:
    """Return masks best first, without those that nearly are a better one before them.

    Args:
        found: Masks on one grid.
        same: Intersection over union from which two are the same.
    """
    kept: list[Found] = []
    masks = np.zeros((0, found[0].logits.size if found else 0), np.float32)
    for each in sorted(found, key=lambda one: -one.belief):
        mask = (each.logits > 0).ravel().astype(np.float32)
        common = masks @ mask
        overlap = common / np.maximum(masks.sum(axis=1) + mask.sum() - common, 1)
        if (overlap < same).all():
            kept.append(each)
            masks = np.concatenate([masks, mask[None]])
    return kept
