"""Prompts as the network is told them."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit.backends.sam.questions import Questions, along
from fastseg_edit.errors import PromptError
from fastseg_edit.prompt import Boxes, Points, Rough, Scribble

SIZE = (30, 50)
numbers = st.floats(-20, 80, width=16)
strokes = arrays(bool, st.tuples(st.integers(1, 20), st.integers(1, 20)))


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4))
def test_clicks_are_moved_into_the_photo_and_keep_their_order(clicks):
    asked = Questions.of(Points(tuple(clicks)), SIZE)
    assert asked.clicks.shape == (1, len(clicks), 2)
    assert (asked.clicks[0] >= 0).all()
    assert (asked.clicks[0] <= (49, 29)).all()
    inside = [0 <= x <= 49 and 0 <= y <= 29 for x, y in clicks]
    assert np.array_equal(asked.clicks[0][inside], np.array(clicks)[inside])


def test_each_box_is_a_question_of_its_own():
    asked = Questions.of(Boxes(((-5, 2, 20, 40), (1, 1, 3, 3))), SIZE)
    assert len(asked) == 2
    assert asked.boxes.tolist() == [[0, 2, 20, 30], [1, 1, 3, 3]]
    assert asked.clicks.shape[1] == 0


@pytest.mark.parametrize(
    ("prompt", "ambiguous"),
    [
        (Points.at(3, 4), True),
        (Points(((3, 4), (9, 9)), (1, 0)), False),
        (Points(((3, 4),), box=(1, 1, 9, 9)), False),
        (Boxes.around(1, 1, 9, 9), False),
    ],
)
def test_only_a_lone_click_is_ambiguous(prompt, ambiguous):
    assert Questions.of(prompt, SIZE).ambiguous is ambiguous


@given(strokes)
def test_clicks_along_a_stroke_lie_on_it_and_differ(stroke):
    clicks = along(stroke).astype(int)
    assert len(clicks) <= 4
    assert bool(len(clicks)) == stroke.any()
    assert all(stroke[y, x] for x, y in clicks)
    assert len({tuple(click) for click in clicks.tolist()}) == len(clicks)


def test_clicks_along_a_line_reach_both_of_its_ends():
    stroke = np.zeros((40, 60), bool)
    stroke[20:23, 5:55] = True
    columns = along(stroke)[:, 0]
    assert columns.min() < 10
    assert columns.max() > 50


@given(strokes, st.data())
def test_a_scribble_says_which_of_its_clicks_lie_on_the_object(on, data):
    on = on.copy()
    on[0, 0] = True
    off = data.draw(arrays(bool, on.shape))
    asked = Questions.of(Scribble(on, off), on.shape)
    for (x, y), label in zip(asked.clicks[0].astype(int), asked.labels[0], strict=True):
        assert on[y, x] if label else off[y, x] and not on[y, x]


@given(st.integers(1, 9))
def test_a_grid_of_clicks_lies_evenly_in_the_photo(side):
    asked = Questions.everywhere(SIZE, side)
    columns, rows = asked.clicks[:, 0].T
    assert len(asked) == side**2
    assert np.allclose([columns.mean(), rows.mean()], [24.5, 14.5])
    assert columns.min() >= -0.5
    assert columns.max() <= 49.5


@given(st.integers(1, 4), st.integers(1, 20))
def test_parts_of_questions_are_the_questions(side, count):
    asked = Questions.everywhere(SIZE, side)
    parts = [asked.part(first, count) for first in range(0, len(asked), count)]
    assert np.array_equal(np.concatenate([part.clicks for part in parts]), asked.clicks)
    assert all(part.ambiguous for part in parts)


def test_a_rough_mask_asks_for_its_box_and_is_soft_at_its_border():
    mask = np.zeros((600, 512), bool)
    mask[100:201, 20:303] = True
    asked = Questions.of(Rough(mask), mask.shape)
    assert asked.boxes.tolist() == [[20, 100, 303, 201]]
    assert len(asked) == 1
    assert not asked.ambiguous
    assert asked.rough.shape == (256, 256)
    assert asked.rough.max() == -asked.rough.min() > 0
    again = cv2.resize(asked.rough, mask.shape[::-1]) > 0
    assert np.mean(again != mask) < 0.004


def test_a_rough_mask_without_a_pixel_is_refused():
    with pytest.raises(PromptError) as failure:
        Questions.of(Rough(np.zeros((20, 20), bool)), (20, 20))
    assert failure.value.code == "E_MASK_EMPTY"


@pytest.mark.parametrize("width", [1, 3, 900])
def test_clicks_lie_on_a_large_stroke_however_thin(width):
    stroke = np.zeros((1500, 2000), bool)
    stroke[300 : 300 + width, 100:1900] = True
    clicks = along(stroke).astype(int)
    assert len(clicks) == 4
    assert stroke[clicks[:, 1], clicks[:, 0]].all()
    assert np.ptp(clicks[:, 0]) > 800
