"""How well an answer fits the place that was asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.prompt import Boxes, Points, Rough, Scribble
from fastseg_edit.stages import closer

if TYPE_CHECKING:
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import Cutout
    from fastseg_edit.prompt import Box, Place

LEAST = 0.2
"""Fit below which an answer is none. A box drawn at twice the size of its object has 0.25."""

_CELLS = 4.0  # of the grid of its mask that an object is long at least, to have a shape
_TRIED = 5  # places along each side round a click at which a mask is looked up
_DOUBTED = 0.1  # of the fit is left of a smaller one's, or of one that its segmenter doubts


def fit(found: Candidates, prompt: Place, segmenter: object = None) -> float:
    """Return how well the best mask fits a place: 0 if there is none, 1 for a perfect fit.

    A network asked about an object of a few pixels finds nothing, or anything, and not always
    doubts it. So the mask has to be where the click or the stroke is, its box has to be like the
    box that was asked about, and it has to be larger than a few cells of its grid.

    Args:
        found: Alternatives for one object.
        prompt: The place. Where it does not say how large the object is, any size fits.
        segmenter: Who found them. Its attribute `doubt` counts, if it has one.
    """
    if not len(found):
        return 0.0
    number = found.best()[0]
    best = found.cutouts[number].settled()
    if not (best.area and _met(best, prompt, found.cell)):
        return 0.0
    box, known = closer.extent(prompt)
    like = _overlap(best.box, box) if known and isinstance(prompt, Boxes | Rough) else 1.0
    left, top, right, bottom = best.box
    shaped = max(right - left, bottom - top) >= _CELLS * found.cell
    believed = found.scores[number] >= getattr(segmenter, "doubt", -np.inf)
    return like if shaped and believed else like * _DOUBTED


def _met(mask: Cutout, prompt: Place, cell: float) -> bool:
    """Tell whether a mask comes within a cell of any click on the object, or meets a stroke."""
    match prompt:
        case Points(clicks, labels) if 1 in labels:
            on = (xy for xy, label in zip(clicks, labels, strict=True) if label)
            reach = np.linspace(-cell, cell, _TRIED)
            return any(bool(mask.at(x + reach, y + reach).any()) for x, y in on)
        case Scribble(strokes, _):
            left, top, right, bottom = mask.box
            return bool((strokes[top:bottom, left:right] & mask.crop()).any())
    return True


def _overlap(one: Box, other: Box) -> float:
    """Return the intersection over union of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / (sum(areas) - width * height)
