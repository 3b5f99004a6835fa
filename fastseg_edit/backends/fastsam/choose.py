"""Which of all objects a prompt means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.backends.fastsam import compare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import Cutout
    from fastseg_edit.prompt import Boxes, Points, Rough, Scribble

_ALTERNATIVES = 4
_GOOD = 0.5  # share of the best score of those that fit, from which the smaller mask is preferred
_LEAST = 0.2  # intersection over union with a box or a mask, below which nothing is meant
_INSIDE = 0.8  # share of a mask that must lie in the box of a click
_STROKE = 0.8  # share of a stroke that must lie on the object, or off it: hands slip


def by_points(found: Candidates, prompt: Points) -> Candidates:
    """Return the masks that hold every click on the object and none beside it.

    The smallest comes first: whoever clicks on a button means it, and not the shirt. Where there
    is a box, and all clicks lie beside the object, the mask most like the box comes first.
    """
    box = prompt.box
    clicks = [
        (_pixel(x, y, found.size), label == 1)
        for (x, y), label in zip(prompt.xy, prompt.labels, strict=True)
    ]

    def fits(cutout: Cutout) -> bool:
        obeyed = all(cutout.holds(*pixel) == wanted for pixel, wanted in clicks)
        return obeyed and (box is None or compare.share_in(cutout, box) >= _INSIDE)

    numbers = [number for number, cutout in enumerate(found.cutouts) if fits(cutout)]
    if box is None or 1 in prompt.labels:
        return _smallest_first(found, numbers)
    likeness = np.array([compare.boxes(cutout.box, box) for cutout in found.cutouts])
    return _likest_first(found, likeness, numbers)


def by_scribble(found: Candidates, prompt: Scribble) -> Candidates:
    """Return the masks that most of the strokes on the object lie on, and few of those beside.

    The smallest comes first, as for clicks.
    """
    on, off = (compare.spread(strokes) for strokes in (prompt.on, prompt.off))

    def fits(cutout: Cutout) -> bool:
        # The second look is spared for most masks: they hold no stroke at all.
        return on.share_on(cutout) >= _STROKE and off.share_on(cutout) <= 1 - _STROKE

    return _smallest_first(found, [n for n, cutout in enumerate(found.cutouts) if fits(cutout)])


def by_likeness(found: Candidates, prompt: Rough) -> Candidates:
    """Return the masks that are most like a rough one."""
    rough = compare.Rough.of(prompt.pixels)
    return _likest_first(found, np.array([rough.overlap(cutout) for cutout in found.cutouts]))


def by_boxes(found: Candidates, prompt: Boxes) -> Candidates:
    """Return for each box the masks whose own boxes are most like it: a group per box.

    Boxes are compared with boxes, for a star fills a third of its own.
    """
    answers = []
    for group, box in enumerate(prompt.xyxy):
        likeness = np.array([compare.boxes(cutout.box, box) for cutout in found.cutouts])
        answer = _likest_first(found, likeness)
        answers.append(replace(answer, groups=np.full(len(answer), group, np.intp)))
    return _together(found, answers)


def _together(found: Candidates, answers: list[Candidates]) -> Candidates:
    """Return several answers as one, with the groups that they have."""
    return replace(
        found,
        cutouts=tuple(cutout for answer in answers for cutout in answer.cutouts),
        scores=np.concatenate([answer.scores for answer in answers]),
        groups=np.concatenate([answer.groups for answer in answers]),
        labels=tuple(label for answer in answers for label in answer.labels),
    )


def _likest_first(
    found: Candidates, likeness: NDArray[np.float64], among: list[int] | None = None
) -> Candidates:
    """Return the best by likeness as alternatives, with the likeness as score."""
    numbers = np.arange(len(found)) if among is None else np.array(among, np.intp)
    best = numbers[np.argsort(-likeness[numbers], kind="stable")] if len(numbers) else numbers
    chosen = best[:_ALTERNATIVES]
    chosen = chosen[likeness[chosen] >= _LEAST] if len(chosen) else chosen
    return replace(
        found.take(chosen.tolist()),
        scores=likeness[chosen].astype(np.float32) if len(chosen) else np.zeros(0, np.float32),
        groups=np.zeros(len(chosen), np.intp),
    )


def _smallest_first(found: Candidates, numbers: list[int]) -> Candidates:
    """Return those that fit as alternatives: the well scored ones by size, then the others."""
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
