import numpy as np
from drawn import masks
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.ops import islands


@given(masks, st.integers(0, 4))
def test_neighbourhoods_hold_every_masked_pixel_and_no_pixel_twice(mask, margin):
    held = np.zeros(mask.shape, int)
    for part in islands.neighbourhoods(mask, margin):
        held[part] += 1
    assert (held[mask] == 1).all()
    assert held.max(initial=0) <= 1


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
