import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit import Candidates
from fastseg_edit.stages.scales import Scales

SIDE = 40
CLICK = (20.0, 20.0)


class Nested:
    """A click means any of some squares round the middle, in no order."""

    def __init__(self, *sides):
        self.sides = sides

    def predict(self, *_):
        return Candidates.of([square(side) for side in self.sides], (SIDE, SIDE))


def square(side):
    mask = np.zeros((SIDE, SIDE), bool)
    first = (SIDE - side) // 2
    mask[first : first + side, first : first + side] = True
    return mask


def selected(scales, segmenter):
    return Candidates((SIDE, SIDE), (scales.at(segmenter, None, CLICK),), np.ones(1, np.float32))[0]


@given(st.permutations([4, 12, 30]), st.sampled_from([4, 12, 30]))
def test_the_scale_is_learned_and_used_with_other_sizes(sides, shown):
    scales = Scales.fitted(Nested(*sides), None, CLICK, square(shown))
    half = [side // 2 for side in sides]
    assert np.array_equal(selected(scales, Nested(*half)), square(shown // 2))


def test_what_lies_between_two_scales_is_mixed():
    segmenter = Nested(4, 12, 30)
    mixed = selected(Scales.fitted(segmenter, None, CLICK, square(20)), segmenter)
    assert np.count_nonzero(mixed ^ square(20)) < 0.15 * 400


@given(st.sampled_from([0, 4, 20, 40]))
def test_weights_add_up_to_one(shown):
    scales = Scales.fitted(Nested(4, 12, 40), None, CLICK, square(shown))
    assert sum(scales.weights) == pytest.approx(1)


def test_two_masks_will_do():
    scales = Scales.fitted(Nested(4, 12), None, CLICK, square(4))
    assert np.array_equal(selected(scales, Nested(6, 20)), square(6))


def test_a_click_on_nothing_selects_nothing():
    scales = Scales.fitted(Nested(), None, CLICK, square(4))
    assert not selected(scales, Nested()).any()
