"""Numbers from which a selection can be judged."""

import numpy as np
import pytest

from fastseg_edit import Candidates
from fastseg_edit.quality import judge


def boxes(*places, scores=None, groups=None, size=(10, 20)):
    masks = np.zeros((len(places), *size), bool)
    for mask, (left, top, right, bottom) in zip(masks, places, strict=True):
        mask[top:bottom, left:right] = True
    return Candidates.of(masks, size, scores, groups)


@pytest.mark.parametrize(
    ("box", "border"),
    [
        ((3, 3, 6, 6), 0),
        ((0, 3, 4, 7), 1 / 4),
        ((0, 0, 4, 4), 1 / 2),
        ((0, 0, 20, 10), 1),
        ((0, 0, 20, 5), 30 / 50),
    ],
)
def test_border_is_the_share_of_the_box_on_the_border(box, border):
    (quality,) = judge(boxes(box), None)
    assert quality.border == pytest.approx(border)
    assert quality.box == box


def test_coverage_is_the_share_of_the_photo():
    (quality,) = judge(boxes((0, 0, 10, 10)), None)
    assert (quality.pixels, quality.coverage) == (100, 0.5)


def test_margins_are_to_the_best_of_the_group_that_was_not_chosen():
    places = [(0, 0, 2, 2)] * 5
    proposed = boxes(*places, scores=[0.9, 0.6, 0.8, 0.5, 0.4], groups=[0, 0, 0, 1, 2])
    margins = [each.margin for each in judge(proposed.take([0, 3]), proposed)]
    assert margins[0] == pytest.approx(0.1)
    assert margins[1] is None
    (second,) = judge(proposed.take([1]), proposed)
    assert second.margin == pytest.approx(-0.3)
    both = judge(proposed.take([0, 2]), proposed)
    assert [each.margin for each in both] == [pytest.approx(0.3), pytest.approx(0.2)]
