"""How well an answer fits the place that was asked about."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit import Boxes, Candidates, Points
from fastseg_edit.prompt import Rough, Scribble
from fastseg_edit.stages.fit import LEAST, fit

SIZE = (100, 120)


def square(left, top, right, bottom):
    mask = np.zeros(SIZE, bool)
    mask[top:bottom, left:right] = True
    return mask


def found(mask, cell=1.0, score=0.9):
    return replace(Candidates.of([mask], SIZE, [score]), cell=cell)


@given(st.integers(0, 60), st.integers(0, 40), st.integers(8, 40), st.integers(8, 40))
def test_a_mask_that_fills_its_box_fits_perfectly(left, top, width, height):
    box = (left, top, left + width, top + height)
    assert fit(found(square(*box)), Boxes((box,))) == 1
    assert fit(found(square(*box)), Rough(square(*box))) == 1
    assert fit(found(square(*box)), Points.at(left, top)) == 1


def test_no_mask_and_an_empty_one_fit_nothing():
    for nothing in (Candidates.of([], SIZE), found(square(0, 0, 0, 0))):
        assert fit(nothing, Points.at(3, 3)) == 0


def test_a_box_drawn_at_twice_the_size_is_near_enough_and_one_elsewhere_is_not():
    mask = found(square(40, 40, 60, 60))
    assert fit(mask, Boxes.around(30, 30, 70, 70)) >= LEAST
    assert fit(mask, Boxes.around(70, 70, 90, 90)) == 0
    assert fit(mask, Boxes.around(0, 0, 120, 100)) < LEAST


def test_a_mask_has_to_be_where_the_click_or_the_stroke_is():
    mask = found(square(40, 40, 60, 60))
    nothing = np.zeros(SIZE, bool)
    assert fit(mask, Points(((45, 45), (5, 5)), (1, 0))) == 1
    assert fit(mask, Points.at(39, 45)) == 1  # within a cell of it
    assert fit(mask, Points.at(30, 45)) == 0
    assert fit(mask, Scribble(square(50, 50, 90, 52), nothing)) == 1
    assert fit(mask, Scribble(square(70, 50, 90, 52), nothing)) == 0
    assert fit(mask, Points(((5, 5),), (0,), box=(40, 40, 60, 60))) == 1


@pytest.mark.parametrize(("cell", "fits"), [(1.0, True), (5.0, True), (6.0, False)])
def test_a_mask_of_less_than_four_cells_has_no_shape(cell, fits):
    place = Points.at(45, 45)
    assert (fit(found(square(40, 40, 60, 60), cell), place) >= LEAST) == fits


def test_a_mask_that_its_segmenter_doubts_is_worth_another_look():
    mask, place = square(40, 40, 60, 60), Points.at(45, 45)
    careful = SimpleNamespace(doubt=0.2)
    assert fit(found(mask, score=0.3), place, careful) >= LEAST
    assert 0 < fit(found(mask, score=0.1), place, careful) < LEAST
    assert fit(found(mask, score=-5.0), place, SimpleNamespace()) >= LEAST
