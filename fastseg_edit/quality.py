"""Numbers from which a selection can be judged without looking at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import PixelBox


@dataclass(frozen=True)
class Quality:
    """What can be said of one object.

    Attributes:
        label: What it shows, "" if that is not known.
        score: How sure the model is, as it counts itself.
        margin: By how much the score beats that of the best alternative that was not chosen.
            Below 0 if a worse one was asked for. None if there was no alternative.
        box: (left, top, right, bottom) in pixels; right and bottom lie outside.
        pixels: How many the object has.
        coverage: Their share of the photo.
        border: How much of the box's four sides lies on the photo's border, 0 to 1. Above 0 the
            photo may not show all of the object.
    """

    label: str
    score: float
    margin: float | None
    box: PixelBox
    pixels: int
    coverage: float
    border: float


def judge(objects: Candidates, proposed: Candidates | None) -> list[Quality]:
    """Return the numbers of each object.

    Args:
        objects: The objects, each with at least one pixel.
        proposed: What they were chosen from. None if nobody knows.
    """
    height, width = objects.size
    margins = _margins(objects, proposed)
    labels = objects.labels or ("",) * len(objects)
    found = []
    for number, cutout in enumerate(objects.cutouts):
        exact = cutout.settled()
        found.append(
            Quality(
                label=labels[number],
                score=float(objects.scores[number]),
                margin=margins[number],
                box=exact.box,
                pixels=exact.area,
                coverage=exact.area / (height * width),
                border=_on_border(exact.box, objects.size),
            )
        )
    return found


def _margins(objects: Candidates, proposed: Candidates | None) -> list[float | None]:
    """Compare each object with the best of its group that no object was made of."""
    margins: list[float | None] = []
    for score, group in zip(objects.scores, objects.groups, strict=True):
        rivals = [] if proposed is None else proposed.scores[proposed.groups == group].tolist()
        for chosen in objects.scores[objects.groups == group].tolist():
            if chosen in rivals:
                rivals.remove(chosen)
        margins.append(float(score) - max(rivals) if rivals else None)
    return margins


def _on_border(box: PixelBox, size: tuple[int, int]) -> float:
    left, top, right, bottom = box
    height, width = size
    upright = np.count_nonzero([left == 0, right == width]) * (bottom - top)
    level = np.count_nonzero([top == 0, bottom == height]) * (right - left)
    return float((upright + level) / (2 * (right - left) + 2 * (bottom - top)))
