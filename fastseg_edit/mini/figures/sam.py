"""How well sam-mini cuts out what is pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import models, world
from fastseg_edit.cutouts import Cutout
from fastseg_edit.ops import morphology
from fastseg_edit.prompt import Boxes, Points

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.protocols import Segmenter

SIDE = 256  # pixels of a scene

_SEEN, _LEAST = 0.6, 150  # share and number of an object's pixels that are to be seen


def measure(seeds: Sequence[int]) -> dict[str, float]:
    """Compare the masks of clicks and boxes with the true ones.

    The scenes have default options, 1 to 6 objects, and 256 pixels a side. An object counts if at
    least 60 % of it and 150 pixels are to be seen. True is what is to be seen of it. Of the
    candidates for a click the one counts that the model itself likes best.

    Args:
        seeds: Of the scenes, one or more.

    Returns:
        Means over all objects of the intersection over union: `sam_click_iou` for one click where
        the object is thickest, `sam_box_iou` for the box round what is to be seen of it.
    """
    pairs = [
        (each.overlap(_thickest(each.true)), each.overlap(_box(each.true)))
        for each in _objects(seeds)
    ]
    click, box = np.mean(pairs, axis=0)
    return {"sam_click_iou": float(click), "sam_box_iou": float(box)}


def measure_any_click(seeds: Sequence[int]) -> dict[str, float]:
    """Do the same for a click on any pixel of the object: `sam_any_click_iou`, the harder figure.

    Args:
        seeds: Of the scenes, one or more.
    """
    random = np.random.default_rng(0)
    overlaps = [each.overlap(_anywhere(each.true, random)) for each in _objects(seeds)]
    return {"sam_any_click_iou": float(np.mean(overlaps))}


@dataclass(frozen=True, eq=False)
class _Object:
    """One object of a scene that the segmenter has encoded."""

    segmenter: Segmenter
    encoding: Any
    true: MaskArray

    def overlap(self, prompt: Points | Boxes) -> float:
        """Return the intersection over union of the mask that the model likes best."""
        found = self.segmenter.predict(self.encoding, prompt)
        return Cutout.of(self.true).overlap(found.cutouts[int(found.scores.argmax())])


def _objects(seeds: Sequence[int]) -> Iterator[_Object]:
    """Yield every object that counts."""
    segmenter: Segmenter = models.get("segmenter", {"name": "sam", "weights": "sam-mini"})
    for seed in seeds:
        scene = world.draw(seed, SIDE)
        encoding = segmenter.encode(scene.photo)
        for seen, whole in zip(scene.visible, scene.amodal, strict=True):
            if np.count_nonzero(seen) >= max(_LEAST, _SEEN * np.count_nonzero(whole)):
                yield _Object(segmenter, encoding, seen)


def _thickest(true: MaskArray) -> Points:
    """Click on the pixel that is farthest from the outline."""
    row, column = np.unravel_index(morphology.depth(true).argmax(), true.shape)
    return Points.at(float(column), float(row))


def _anywhere(true: MaskArray, random: np.random.Generator) -> Points:
    rows, columns = np.nonzero(true)
    chosen = random.integers(len(rows))
    return Points.at(float(columns[chosen]), float(rows[chosen]))


def _box(true: MaskArray) -> Boxes:
    rows, columns = np.nonzero(true)
    return Boxes.around(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
