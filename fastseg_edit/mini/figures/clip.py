"""How well clip-mini knows colours and shapes, on true masks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit import models, world
from fastseg_edit.candidates import Candidates
from fastseg_edit.prompt import Text
from fastseg_edit.world.captions import article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RANKER = {"name": "clip", "weights": "clip-mini"}

PAIRS = [f"{colour} {shape}" for colour in world.COLOURS for shape in world.SHAPES]
"""Every colour with every shape."""

_SIDE = 256
_LEAST_SHOWN, _LEAST_AREA = 0.6, 150


def measure(seeds: Sequence[int]) -> dict[str, float]:
    """Return the share of objects whose own phrase scores highest of all 80, as `clip_retrieval`.

    The scenes are the default ones at 256 pixels. Objects count of which at least 60 % and at
    least 150 pixels can be seen, each cut out by its true mask.

    Args:
        seeds: Of the scenes.
    """
    right = [
        PAIRS[row.argmax()] == name for names, scores in map(_scored, seeds)
        for name, row in zip(names, scores, strict=True)
    ]  # fmt: skip
    return {"clip_retrieval": float(np.mean(right))}


def separation(seeds: Sequence[int]) -> float:
    """Return how well a score tells what is in a scene from what is nearly in it.

    Nearly means that an object has the colour, or the shape, or one object the one and another
    one the other. The score of a phrase is that of the object that answers it best.

    Args:
        seeds: Of the scenes, as in `measure`.

    Returns:
        Area under the ROC curve, over all scenes: the share of pairs of a phrase that is answered
        and one that is not in which the former scores higher. 1 is perfect, 0.5 is chance.
    """
    present: list[float] = []
    absent: list[float] = []
    for names, scores in map(_scored, seeds):
        words = {word for name in names for word in name.split()}
        for pair, score in zip(PAIRS, scores.max(0, initial=-1), strict=True):
            if pair in names:
                present.append(score)
            elif words.intersection(pair.split()):
                absent.append(score)
    higher = np.array(present)[:, None] > np.array(absent)
    return float(higher.mean())


def _scored(seed: int) -> tuple[list[str], NDArray[np.float32]]:
    """Return the names of N objects of a scene, and their scores for each phrase, (N, 80)."""
    scene = world.draw(seed, _SIDE)
    numbers = [
        number
        for number, (mask, whole) in enumerate(zip(scene.visible, scene.amodal, strict=True))
        if mask.sum() >= max(_LEAST_SHOWN * whole.sum(), _LEAST_AREA)
    ]
    found = Candidates.of((scene.visible[number] for number in numbers), scene.size)
    ranker = models.get("ranker", RANKER)
    ranked = [ranker.rank(scene.photo, found, Text(article(pair))).scores for pair in PAIRS]
    return [scene.things[number].name for number in numbers], np.array(ranked).T
