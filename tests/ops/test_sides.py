import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.ops.sides import sides


@st.composite
def frames(draw):
    """Draw a mask that leaves out a rectangle."""
    mask = np.ones((draw(st.integers(1, 12)), draw(st.integers(1, 12))), bool)
    height, width = (draw(st.integers(1, side)) for side in mask.shape)
    top = draw(st.integers(0, mask.shape[0] - height))
    left = draw(st.integers(0, mask.shape[1] - width))
    mask[top : top + height, left : left + width] = False
    return mask


@given(frames())
def test_sides_own_every_masked_pixel_once_and_see_only_what_is_known(mask):
    known = ~mask
    for side in sides(mask):
        assert np.array_equal(known[side.seen], ~side.new)
        assert known.sum() == (~side.new).sum()
        known[side.seen] = True
    assert known.all()


@given(frames())
def test_there_are_as_many_sides_as_do_not_touch_the_border(mask):
    kept = ~mask
    free = sum(not edge.any() for edge in (kept[0], kept[-1], kept[:, 0], kept[:, -1]))
    assert len(sides(mask)) == free


def test_a_mask_that_frames_nothing_has_no_sides():
    hole = np.zeros((9, 9), bool)
    hole[3:5, 3:5] = True
    assert sides(hole) == sides(np.ones((4, 4), bool)) == sides(np.zeros((4, 4), bool)) == ()
