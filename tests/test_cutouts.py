"""Masks kept small: as runs of pixels, and as a soft grid that is lifted when asked for."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit.cutouts import Cutout, Soft
from fastseg_edit.ops.grid import Grid

sides = st.integers(1, 12)
grids = arrays(
    np.float32, st.tuples(sides, sides), elements=st.floats(-8, 8, width=16).filter(bool)
)
sizes = st.tuples(st.integers(1, 70), st.integers(1, 70))


def lift(grid, size):
    return Soft.on(Grid.over(size, grid.shape), grid)


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


@given(grids, sizes)
def test_a_soft_mask_and_its_pixels_agree_wherever_they_are_asked(grid, size):
    soft = lift(grid, size)
    stored = soft.settled()
    columns, rows = np.arange(-2, size[1] + 2), np.arange(-2, size[0] + 2)
    assert np.array_equal(soft.at(columns, rows), stored.at(columns, rows))
    assert soft.holds(0, 0) == stored.holds(0, 0)


@given(grids, st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_a_border_round_the_photo_that_only_the_network_saw_changes_nothing(grid, border):
    size = (grid.shape[0] * 5, grid.shape[1] * 5)
    around = np.pad(grid, [(border[1],) * 2, (border[0],) * 2], mode="edge")
    place = Grid(size, (0.2, 0.2), border)
    assert np.array_equal(_painted(Soft.on(place, around), size), _painted(lift(grid, size), size))


def test_a_soft_mask_stays_inside_the_box_that_it_is_given():
    whole = np.ones((4, 4), np.float32)
    soft = Soft.on(Grid.over((40, 40), (4, 4)), whole, within=(5, 6, 20, 30))
    expected = np.zeros((40, 40), bool)
    expected[6:30, 5:20] = True
    assert np.array_equal(_painted(soft, (40, 40)), expected)
    assert soft.area == expected.sum()


@given(grids, grids)
def test_overlap_is_that_of_the_pixels(grid, other):
    one, another = lift(grid, (60, 50)), lift(other, (60, 50))
    first, second = _painted(one, (60, 50)), _painted(another, (60, 50))
    joined = np.count_nonzero(first | second)
    expected = np.count_nonzero(first & second) / joined if joined else 0
    assert one.overlap(another) == one.settled().overlap(another) == expected


def test_a_stored_mask_is_looked_up_beyond_its_box():
    cutout = Cutout.of(np.ones((2, 3), bool), at=(4, 5))
    assert cutout.at(range(3, 9), [4, 5, 7]).astype(int).tolist() == [
        [0] * 6,
        [0, 1, 1, 1, 0, 0],
        [0] * 6,
    ]
    assert cutout.moved(10, -5).box == (14, 0, 17, 2)


@given(grids, sizes, st.data())
def test_the_area_of_a_soft_mask_counts_no_cell_beyond_its_box(grid, size, data):
    left, top = (data.draw(st.integers(0, side - 1)) for side in size[::-1])
    right = data.draw(st.integers(left + 1, size[1]))
    bottom = data.draw(st.integers(top + 1, size[0]))
    place = Grid.over(size, grid.shape)
    filled = Soft.on(place, np.abs(grid), within=(left, top, right, bottom))
    held, cell = (right - left) * (bottom - top), place.cell**2
    across, down = (right - left) * place.scale[0] + 1, (bottom - top) * place.scale[1] + 1
    assert 1 <= filled.area <= min(held, across * down / np.prod(place.scale) + cell)
