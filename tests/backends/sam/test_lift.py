"""Masks enlarged to the photo's size."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit.backends.sam.lift import lift

sides = st.integers(1, 12)
grids = arrays(
    np.float32, st.tuples(sides, sides), elements=st.floats(-8, 8, width=16).filter(bool)
)
sizes = st.tuples(st.integers(1, 70), st.integers(1, 70))


def _painted(cutout, size):
    mask = np.zeros(size, bool)
    cutout.paint(mask)
    return mask


@given(grids, sizes)
def test_the_logits_are_interpolated_over_the_whole_photo_and_then_cut(grid, size):
    whole = torch.nn.functional.interpolate(
        torch.from_numpy(grid)[None, None].double(), size=size, mode="bilinear"
    )[0, 0].numpy()
    sure = np.abs(whole) > 1e-4  # nearer to zero, rounding decides
    assert np.array_equal(_painted(lift(grid, size), size)[sure], whole[sure] > 0)


@given(grids)
def test_a_grid_of_the_photos_size_is_cut_as_it_is(grid):
    assert np.array_equal(_painted(lift(grid, grid.shape), grid.shape), grid > 0)


@given(grids, sizes)
def test_a_mirrored_grid_gives_the_mirrored_mask(grid, size):
    mask, mirrored = lift(grid, size), lift(grid[:, ::-1], size)
    difference = _painted(mask, size)[:, ::-1] ^ _painted(mirrored, size)
    assert np.count_nonzero(difference) <= 0.02 * difference.size


def test_nothing_above_zero_gives_an_empty_mask():
    assert lift(np.full((4, 4), -1, np.float32), (40, 40)).area == 0


def test_an_outline_runs_between_the_cells():
    ramp = np.tile(np.array([3, 1, -3, -7], np.float32), (4, 1))  # zero a quarter past a middle
    mask = _painted(lift(ramp, (400, 400)), (400, 400))
    assert set(mask.sum(axis=1).tolist()) == {175}
