"""A photo in the network's picture, and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.backends.yolo.frame import Frame

sides = st.integers(1, 900)
sizes = st.tuples(sides, sides)


@given(sizes, st.integers(32, 300), st.sampled_from([32, 64]), st.booleans())
def test_a_picture_holds_the_photo_and_is_cut_into_whole_cells(size, longest, stride, enlarge):
    frame = Frame.of(size, longest, stride, enlarge)
    assert all(side % stride == 0 for side in frame.whole)
    borders = [whole - part for whole, part in zip(frame.whole, frame.within, strict=True)]
    assert all(0 <= border < stride for border in borders)
    if enlarge or max(size) > longest:
        assert max(frame.within) == longest
    else:
        assert frame.within == size


@given(sizes, st.integers(32, 300))
def test_the_whole_photo_is_a_box_that_reaches_its_borders(size, longest):
    frame = Frame.of(size, longest, 32)
    left, top = frame.corner
    box = np.array([[left, top, left + frame.within[1], top + frame.within[0]]], np.float32)
    assert frame.boxes(box) == [(0, 0, size[1], size[0])]
    wider = box + np.array([-50, -50, 50, 50], np.float32)
    assert frame.boxes(wider) == [(0, 0, size[1], size[0])]


def test_the_pixels_of_a_box_are_those_whose_middles_lie_in_it():
    frame = Frame.of((32, 32), 32, 32)
    boxes = np.array([[3.4, 3.6, 9.4, 9.6], [5.2, 5.2, 5.3, 5.3]], np.float32)
    assert frame.boxes(boxes) == [(3, 4, 9, 10), (5, 5, 5, 5)]


@pytest.mark.parametrize("size", [(64, 64), (50, 70), (13, 40)])
def test_a_photo_of_the_right_size_is_not_touched(size):
    photo = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    frame = Frame.of(size, 999, 32, enlarge=False)
    (left, top), picture = frame.corner, frame.picture(photo)
    assert np.array_equal(picture[top : top + size[0], left : left + size[1]], photo)
    assert (np.delete(picture, np.s_[top : top + size[0]], axis=0) == 114).all()


def test_fine_patterns_become_their_mean_and_no_false_pattern():
    stripes = np.zeros((640, 640, 3), np.uint8)
    stripes[:, ::2] = 200
    picture = Frame.of((640, 640), 64, 32).picture(stripes)
    assert np.ptp(picture) <= 1
    assert abs(float(picture.mean()) - 100) <= 1


@given(sizes, st.integers(32, 300), st.integers(0, 10_000))
def test_the_grid_has_the_cells_where_the_picture_has_them(size, longest, place):
    frame = Frame.of(size, longest, 32)
    grid = frame.grid(4)
    for axis, (photo, part) in enumerate(zip(size[::-1], frame.within[::-1], strict=True)):
        pixel = place % photo
        in_picture = (pixel + 0.5) * part / photo + frame.corner[axis]
        (cell,) = grid.cells(np.array([float(pixel)]), axis)
        assert np.isclose(cell, in_picture / 4 - 0.5)
