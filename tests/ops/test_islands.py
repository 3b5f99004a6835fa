import numpy as np
import pytest
from drawn import masks
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.ops import islands, morphology


def speckled(seed, count):
    random = np.random.default_rng(seed)
    mask = np.zeros((400, 500), bool)
    mask[random.integers(0, 400, count), random.integers(0, 500, count)] = True
    return mask


@given(masks, st.integers(0, 4))
def test_neighbourhoods_hold_every_masked_pixel_and_no_pixel_twice(mask, margin):
    held = np.zeros(mask.shape, int)
    for part in islands.neighbourhoods(mask, margin):
        held[part] += 1
    assert (held[mask] == 1).all()
    assert held.max(initial=0) <= 1


specks = st.builds(speckled, st.integers(0, 99), st.integers(0, 600))


@given(specks, st.integers(0, 8))
def test_of_many_specks_each_is_in_one_neighbourhood(mask, margin):
    held = np.zeros(mask.shape, int)
    for part in islands.neighbourhoods(mask, margin):
        held[part] += 1
    assert (held[mask] == 1).all()
    assert held.max(initial=0) <= 1


@given(specks)
def test_every_speck_is_in_a_box_and_every_box_is_tight(mask):
    held = np.zeros(mask.shape, bool)
    for left, top, right, bottom in islands.boxes(mask):
        assert morphology.bounding_box(mask[top:bottom, left:right]) == (
            0,
            0,
            right - left,
            bottom - top,
        )
        held[top:bottom, left:right] = True
    assert held[mask].all()


@pytest.mark.parametrize("count", [islands.MANY, islands.MANY + 1])
def test_one_speck_more_does_not_make_the_work_another(count):
    mask = np.zeros((1600, 1600), bool)
    mask[5::90, 5::90].flat[:count] = True
    areas = [
        (p[0].stop - p[0].start) * (p[1].stop - p[1].start) for p in islands.neighbourhoods(mask, 2)
    ]
    assert len(areas) == count
    assert sum(areas) == 25 * count


@given(masks, st.integers(1, 4))
def test_a_neighbourhood_has_a_margin_without_mask(mask, margin):
    for part in islands.neighbourhoods(np.pad(mask, margin), margin):
        inner = np.pad(mask, margin)[part]
        middle = inner[margin:-margin, margin:-margin]
        assert middle.sum() == inner.sum()


def test_a_texture_counts_as_one_island():
    mask = np.zeros((80, 80), bool)
    mask[::4, ::4] = True
    assert len(islands.boxes(mask)) == 1


def test_islands_far_apart_have_neighbourhoods_of_their_own():
    mask = np.zeros((40, 40), bool)
    mask[2, 2] = mask[30, 30] = True
    assert [(p[0].start, p[1].start) for p in islands.neighbourhoods(mask, 2)] == [(0, 0), (28, 28)]
