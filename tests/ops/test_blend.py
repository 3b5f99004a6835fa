import numpy as np
from drawn import shapes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit.ops.blend import composite

scenes = shapes.flatmap(
    lambda shape: st.tuples(
        arrays(np.uint8, (*shape, 3)), arrays(np.uint8, (*shape, 3)), arrays(bool, shape)
    )
)


@given(scenes, st.floats(0, 6))
def test_every_pixel_outside_the_mask_is_kept(scene, feather):
    under, over, mask = scene
    assert np.array_equal(composite(under, over, mask, feather)[~mask], under[~mask])


@given(scenes)
def test_without_feather_every_pixel_inside_is_replaced(scene):
    under, over, mask = scene
    assert np.array_equal(composite(under, over, mask, 0)[mask], over[mask])


@given(scenes, st.floats(0, 6))
def test_blending_a_photo_with_itself_changes_nothing(scene, feather):
    under, _, mask = scene
    assert np.array_equal(composite(under, under, mask, feather), under)


def test_the_fade_rises_with_the_depth_and_ignores_the_border_of_the_photo():
    under, over = np.zeros((9, 9, 3), np.uint8), np.full((9, 9, 3), 240, np.uint8)
    mask = np.zeros((9, 9), bool)
    mask[:, 4:] = True
    row = composite(under, over, mask, 3)[0, :, 0]
    assert row.tolist() == [0, 0, 0, 0, 60, 120, 180, 240, 240]
