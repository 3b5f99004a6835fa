"""Where a photo lies in the square that a network sees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.backends.sam.frame import Frame

sizes = st.tuples(st.integers(8, 9000), st.integers(8, 9000))
frames = st.builds(
    lambda lay, size, cells: lay(size, 4 * cells, cells),
    st.sampled_from([Frame.squeezed, Frame.padded]),
    sizes,
    st.sampled_from([16, 64, 256]),
)
shares = st.floats(0, 1)


@given(frames, shares, shares)
def test_a_click_and_the_mask_that_answers_it_lie_at_one_place(frame, across, down):
    click = np.array([across * (frame.size[1] - 1), down * (frame.size[0] - 1)], np.float32)
    seen = frame.clicks(click)
    for axis in (0, 1):
        cell = frame.grid.cells(np.array([float(click[axis])]), axis)[0]
        assert (seen[axis] + 0.5) / 4 - 0.5 == pytest.approx(cell, abs=0.01)


@given(frames)
def test_the_whole_photo_is_the_part_that_it_covers(frame):
    height, width = frame.size
    box = frame.boxes(np.array([[0, 0, width, height]], np.float32))[0]
    assert box == pytest.approx([0, 0, *frame.covered[::-1]], rel=1e-5)
    assert 1 <= min(frame.covered) <= max(frame.covered) == frame.side


@given(frames)
def test_the_cells_that_are_kept_hold_the_photo_and_hardly_more(frame):
    for covered, cells in zip(frame.covered, frame.reached, strict=True):
        assert covered <= cells * 4 < covered + 4
    columns, rows = frame.reached[::-1]
    assert frame.grid.box((0, 0, columns, rows)) == (0, 0, *frame.size[::-1])


@given(sizes)
def test_padding_keeps_the_proportions(size):
    frame = Frame.padded(size, 1024, 256)
    expected = np.array(size) * 1024 / max(size)
    assert np.abs(np.array(frame.covered) - np.maximum(expected, 1)).max() <= 0.5
