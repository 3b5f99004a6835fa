"""Which of all objects a prompt means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import Cutout
    from fastseg_edit.prompt import Box, Boxes, Points, Scribble

_ALTERNATIVES = 4
_GOOD = 0.5  # share of the best score of those that fit, from which the smaller mask is preferred
_LEAST = 0.2  # intersection over union with a box, below which nothing in it is meant
_INSIDE = 0.8  # share of a mask that must lie in the box of a click
_STROKE = 0.8  # share of a stroke that must lie on the object, or off it: hands slip


def by_points(found: Candidates, prompt: Points) -> Candidates:
    """Return the masks that hold every click on the object and none beside it.

    The smallest comes first: whoever clicks on a button means it, and not the shirt.
    """
    box = prompt.box
    clicks = [
        (_pixel(x, y, found.size), label == 1)
        for (x, y), label in zip(prompt.xy, prompt.labels, strict=True)
    ]

    def fits(cutout: Cutout) -> bool:
        obeyed = all(cutout.holds(*pixel) == wanted for pixel, wanted in clicks)
        return obeyed and (box is None or _share_in(cutout, box) >= _INSIDE)

    return _smallest_first(found, fits)


def by_scribble(found: Candidates, prompt: Scribble) -> Candidates:
    """Return the masks that most of the strokes on the object lie on, and few of those beside."""
    counts = [max(int(np.count_nonzero(strokes)), 1) for strokes in (prompt.on, prompt.off)]

    def fits(cutout: Cutout) -> bool:
        left, top, right, bottom = cutout.box
        mask = cutout.crop()
        on, off = (
            np.count_nonzero(strokes[top:bottom, left:right] & mask) / count
            for strokes, count in zip((prompt.on, prompt.off), counts, strict=True)
        )
        return bool(on >= _STROKE and off <= 1 - _STROKE)

    return _smallest_first(found, fits)


def by_boxes(found: Candidates, prompt: Boxes) -> Candidates:
    """Return for each box the masks whose own boxes are most like it: a group per box.

    Boxes are compared with boxes, for a star fills a third of its own.
    """
    numbers: list[int] = []
    groups: list[int] = []
    scores: list[float] = []
    for group, box in enumerate(prompt.xyxy):
        likeness = np.array([_likeness(cutout.box, box) for cutout in found.cutouts])
        best = np.argsort(-likeness, kind="stable")[:_ALTERNATIVES]
        best = best[likeness[best] >= _LEAST]
        numbers.extend(best.tolist())
        groups.extend([group] * len(best))
        scores.extend(likeness[best].tolist())
    return replace(
        found.take(numbers),
        scores=np.array(scores, np.float32),
        groups=np.array(groups, np.intp),
    )


def _smallest_first(found: Candidates, fits: Callable[[Cutout], bool]) -> Candidates:
    """Return those that fit as alternatives: the well scored ones by size, then the others."""
    numbers = [number for number, cutout in enumerate(found.cutouts) if fits(cutout)]
    best = max((found.scores[number] for number in numbers), default=0)

    def order(number: int) -> tuple[bool, int]:
        return bool(found.scores[number] < _GOOD * best), found.cutouts[number].area

    chosen = found.take(sorted(numbers, key=order)[:_ALTERNATIVES])
    # A larger mask may not score more than a smaller one, or it would be taken instead.
    scores = np.minimum.accumulate(chosen.scores) if numbers else chosen.scores
    return replace(chosen, scores=scores, groups=np.zeros(len(chosen), np.intp))


def _pixel(x: float, y: float, size: tuple[int, int]) -> tuple[int, int]:
    """Return the (column, row) of a click; one beyond the photo counts as one on its border."""
    return int(np.clip(x, 0, size[1] - 1)), int(np.clip(y, 0, size[0] - 1))


def _share_in(cutout: Cutout, box: Box) -> float:
    """Return the share of a mask's pixels that lie in a box."""
    left, top, right, bottom = cutout.box
    columns = np.arange(left, right) + 0.5
    rows = np.arange(top, bottom) + 0.5
    inside_x = (columns > box[0]) & (columns < box[2])
    inside_y = (rows > box[1]) & (rows < box[3])
    return float(np.count_nonzero(cutout.crop()[inside_y][:, inside_x]) / max(cutout.area, 1))


def _likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the intersection over union of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return width * height / (sum(areas) - width * height)
