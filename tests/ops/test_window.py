"""A window covers what it owns, gives the model what it asked for, and pastes back exactly."""

import numpy as np
import pytest
from drawn import filled_masks
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.ops.plan import Geometry, windows

geometries = st.builds(
    Geometry,
    context=st.sampled_from([0, 5, "10%", "100%", "400%"]),
    native=st.sampled_from([None, 8, 16, 64, 512]),
    multiple=st.sampled_from([1, 4, 8, 64]),
)


def random_case(random):
    """A mask of any shape on a photo of any shape, from 8x8 to panoramas."""
    kind = random.integers(4)
    height, width = random.integers(8, 90, 2)
    if kind == 0:
        height, width = random.permutation([random.integers(8, 14), random.integers(300, 1200)])
    mask = np.zeros((height, width), bool)
    for _ in range(random.integers(1, 5)):
        top, bottom = np.sort(random.integers(0, height + 1, 2))
        left, right = np.sort(random.integers(0, width + 1, 2))
        mask[top : bottom + 1, left : right + 1] = True
    if kind == 1:
        mask &= random.random(mask.shape) < 0.5
    if kind == 2:
        mask[random.integers(2) * -1, :] = True
    mask[random.integers(height), random.integers(width)] = True
    geometry = Geometry(
        random.choice([0, 7, "25%", "100%", "300%"]),
        [None, 8, 64, 256][random.integers(4)],
        [1, 2, 8, 16, 64][random.integers(5)],
    )
    return mask, geometry


def painted(mask, geometry):
    """A black photo, every window of it painted white, and the mask of what was painted twice."""
    canvas = np.zeros((*mask.shape, 3), np.uint8)
    twice = np.zeros(mask.shape, int)
    for window in windows(mask, geometry):
        before = canvas.copy()
        window.paste(np.full((*window.outer, 3), 255, np.uint8), canvas, mask)
        twice += (canvas != before).any(axis=2)
        left, top, right, bottom = window.owned
        twice[top:bottom, left:right][mask[top:bottom, left:right]] += 1
    return canvas, twice


def test_five_thousand_random_masks_are_painted_whole_and_nothing_else_is():
    random = np.random.default_rng(0)
    for case in range(5_000):
        mask, geometry = random_case(random)
        canvas, twice = painted(mask, geometry)
        assert np.array_equal(canvas[..., 0] == 255, mask), (case, mask.shape, geometry)
        assert twice.max() <= 2, (case, mask.shape, geometry)


@given(filled_masks, geometries)
def test_what_the_model_sees_has_the_size_it_asked_for(mask, geometry):
    for window in windows(mask, geometry):
        seen = window.cut(np.zeros((*mask.shape, 3), np.uint8))
        assert seen.shape == (*window.outer, 3)
        assert window.cut_mask(mask).shape == window.outer
        assert all(side % geometry.multiple == 0 for side in window.outer)
        if geometry.native:
            assert max(window.inner) <= geometry.native


@given(filled_masks, geometries)
def test_nothing_is_ever_scaled_up(mask, geometry):
    for window in windows(mask, geometry):
        assert window.inner[0] <= window.size[0]
        assert window.inner[1] <= window.size[1]


@given(filled_masks, geometries)
def test_no_masked_pixel_is_hidden_from_the_model(mask, geometry):
    for window in windows(mask, geometry):
        left, top, right, bottom = window.owned
        assert mask[top:bottom, left:right].any()
        assert window.left <= left < right <= window.right
        assert window.top <= top < bottom <= window.bottom
        assert window.cut_mask(mask).any()


@given(filled_masks, st.integers(0, 20), st.sampled_from([1, 8]), st.integers(0, 99))
def test_a_window_pastes_back_what_it_cut(mask, context, multiple, seed):
    image = np.random.default_rng(seed).integers(0, 256, (*mask.shape, 3), np.uint8)
    back = image.copy()
    for window in windows(mask, Geometry(context, None, multiple)):
        window.paste(window.cut(image), back, mask)
    assert np.array_equal(back, image)


@given(filled_masks, st.sampled_from([None, 16]), st.sampled_from([8, 64]))
def test_padding_never_shows_a_masked_pixel_as_known(mask, native, multiple):
    """A photo of the mask itself, cut, is black wherever the cut mask says known."""
    photo = np.repeat(mask[..., None].astype(np.uint8) * 255, 3, axis=2)
    for window in windows(mask, Geometry("30%", native, multiple)):
        assert not window.cut(photo)[~window.cut_mask(mask)].any()


def test_islands_far_apart_get_windows_of_their_own():
    mask = np.zeros((100, 2000), bool)
    mask[40:60, 40:60] = mask[40:60, 1900:1920] = True
    left, right = windows(mask, Geometry("100%"))
    assert (left.right, right.left) == (92, 1868)


def test_near_islands_share_a_window():
    mask = np.zeros((100, 200), bool)
    mask[40:60, 40:60] = mask[40:60, 90:110] = True
    assert len(windows(mask, Geometry("100%"))) == 1


def test_a_mask_of_noise_gets_one_window():
    mask = np.zeros((200, 2000), bool)
    mask[::10, ::20] = True
    assert len(windows(mask, Geometry(0))) == 1


def test_a_small_window_takes_in_more_of_the_photo_instead_of_growing():
    mask = np.zeros((1000, 1000), bool)
    mask[500, 500] = True
    (window,) = windows(mask, Geometry(0, native=512, multiple=8))
    assert window.size == window.inner == window.outer == (512, 512)


@given(st.integers(4, 200), st.integers(4, 200), st.sampled_from([16, 64, 512]))
def test_a_model_made_for_a_square_sees_one_where_the_photo_allows(width, height, native):
    mask = np.zeros((1000, 1200), bool)
    mask[450 : 450 + height, 500 : 500 + width] = True
    (window,) = windows(mask, Geometry("30%", native))
    assert window.size[0] == window.size[1]
    assert window.outer == (native, native)


def test_a_model_that_sees_little_gets_an_object_large_enough_to_see():
    mask = np.zeros((256, 256), bool)
    mask[100:140, 100:140] = True
    (window,) = windows(mask, Geometry("30%", native=64))
    assert window.size == (72, 72)


def test_a_patch_of_another_size_is_refused():
    mask = np.ones((10, 10), bool)
    (window,) = windows(mask, Geometry())
    with pytest.raises(ValueError, match=r"must be \(10, 10, 3\), got \(9, 10, 3\)"):
        window.paste(np.zeros((9, 10, 3), np.uint8), np.zeros((10, 10, 3), np.uint8), mask)


def test_a_thin_line_survives_scaling_down():
    mask = np.zeros((1000, 1000), bool)
    mask[:, 333] = True
    (window,) = windows(mask, Geometry(0, native=64))
    assert window.cut_mask(mask).any(axis=1).all()
