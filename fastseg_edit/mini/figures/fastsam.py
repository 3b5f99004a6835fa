"""How well fastsam-mini finds everything in a scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit import models, world
from fastseg_edit.cutouts import Cutout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastseg_edit.candidates import Candidates

SIDE = 256  # pixels of a scene
FOUND = 0.75
"""Intersection over union from which an object counts as found."""

_SEEN, _LEAST = 0.6, 150  # share and number of an object's pixels that are to be seen


def measure(seeds: Sequence[int]) -> dict[str, float]:
    """Compare the masks of everything with the true ones.

    The scenes have default options, 1 to 6 objects, and 256 pixels a side. An object counts if at
    least 60 % of it and 150 pixels are to be seen.

    Args:
        seeds: Of the scenes, one or more.

    Returns:
        `fastsam_iou`, the mean over all objects of the intersection over union with the mask that
        is most like it, and `fastsam_recall75`, the share of the objects where that is 0.75 or
        more.
    """
    best = [overlap for seed in seeds for overlap in _overlaps(world.draw(seed, SIDE))]
    return {
        "fastsam_iou": float(np.mean(best)),
        "fastsam_recall75": float(np.mean(np.array(best) >= FOUND)),
    }


def _overlaps(scene: world.Scene) -> Iterator[float]:
    """Yield the best intersection over union for each object that counts."""
    segmenter = models.get("segmenter", {"name": "fastsam", "weights": "fastsam-mini"})
    found: Candidates = segmenter.predict(segmenter.encode(scene.photo), None)
    for seen, whole in zip(scene.visible, scene.amodal, strict=True):
        area = np.count_nonzero(seen)
        if area >= max(_LEAST, _SEEN * np.count_nonzero(whole)):
            true = Cutout.of(seen)
            yield max((true.overlap(cutout) for cutout in found.cutouts), default=0.0)
