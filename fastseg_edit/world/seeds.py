"""Seeds: which scenes are for training, which are kept back, and what each one draws."""

from __future__ import annotations

from enum import Enum
from random import Random

VERSION = 1
"""Changes the meaning of every seed. Raise it with any change of what a seed draws."""


class Split(Enum):
    """Scenes for one purpose. No scene belongs to two splits.

    Seeds are dealt out in turn, like cards: every third one to each split. So the splits are
    disjoint however far each of them is used.
    """

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"

    def seed(self, index: int) -> int:
        """Return the seed of a scene of this split.

        Args:
            index: Number of the scene, at least 0.

        Raises:
            ValueError: If `index` is negative.
        """
        if index < 0:
            raise ValueError(f"index must be at least 0, got {index}")
        return index * len(Split) + list(Split).index(self)

    @classmethod
    def of(cls, seed: int) -> Split:
        """Return the split that a seed belongs to."""
        return list(cls)[seed % len(cls)]


def stream(seed: int, purpose: str) -> Random:
    """Return the random numbers of one scene for one purpose.

    Python's own generator is used because its numbers, unlike those of numpy's, are promised
    never to change, and because single numbers come ten times faster.
    """
    return Random(f"world {VERSION}, scene {seed}, {purpose}")
