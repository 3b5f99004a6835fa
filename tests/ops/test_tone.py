import cv2
import numpy as np
import pytest
from drawn import shapes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit.ops import tone

SIDE = 160
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]
HOLE = (ROWS - 80) ** 2 + (COLUMNS - 70) ** 2 < 40**2
RING = (ROWS - 80) ** 2 + (COLUMNS - 70) ** 2 < 48**2
NOISE = np.random.default_rng(0).normal(0, 4, (SIDE, SIDE, 1))
WAVES = 20 * np.sin(ROWS / 17) + 15 * np.cos(COLUMNS / 11)
PHOTO = (np.array([120, 130, 110]) + WAVES[..., None] + NOISE).astype(np.uint8)
ways = pytest.mark.parametrize("how", ["gain", "membrane"])
scenes = shapes.flatmap(
    lambda shape: st.tuples(
        arrays(np.uint8, (*shape, 3)), arrays(np.uint8, (*shape, 3)), arrays(bool, shape)
    )
)


def shifted(shift):
    return np.clip(np.rint(PHOTO + np.asarray(shift, float)), 0, 255).astype(np.uint8)


def apart(patch):
    """Mean difference to the photo in the hole, by channel."""
    return (patch[HOLE].astype(float) - PHOTO[HOLE]).mean(axis=0)


@ways
def test_a_patch_that_agrees_with_the_photo_round_the_hole_is_returned_itself(how):
    patch = PHOTO.copy()
    patch[HOLE] = (200, 30, 30)
    assert tone.matched(patch, PHOTO, HOLE, how) is patch


def test_nothing_is_done_when_told_so():
    patch = shifted(9)
    assert tone.matched(patch, PHOTO, HOLE, "none") is patch


@ways
@pytest.mark.parametrize("shift", [(6, 6, 6), (10, -5, -8), (-15, 0, 0)])
def test_a_shift_of_colour_is_taken_back(how, shift):
    after = apart(tone.matched(shifted(shift), PHOTO, HOLE, how))
    assert np.abs(after).max() < 0.5, f"{after} of {shift} are left"


@ways
def test_a_photo_that_only_lost_its_fine_texture_keeps_its_tone(how):
    patch = cv2.GaussianBlur(PHOTO, (0, 0), 1.5)
    change = tone.matched(patch, PHOTO, HOLE, how)[HOLE].astype(float) - patch[HOLE]
    assert np.abs(change).max() <= 2


def test_a_gain_is_found():
    patch = np.rint((PHOTO - 118.0) * 0.9 + 118).astype(np.uint8)
    before, after = (
        np.abs(each[HOLE].astype(float) - PHOTO[HOLE]).mean()
        for each in (patch, tone.matched(patch, PHOTO, HOLE, "gain"))
    )
    assert after < 0.6 * before, f"{after:.2f} of {before:.2f}"


def test_a_shift_that_differs_from_side_to_side_is_followed_by_the_membrane():
    patch = shifted(((COLUMNS - 70) / 5)[..., None] * np.ones(3))
    after = np.abs(tone.matched(patch, PHOTO, HOLE)[HOLE].astype(float) - PHOTO[HOLE]).mean()
    assert after < 1.0, f"{after:.2f} levels are left"


@ways
def test_noise_is_not_amplified(how):
    patch = np.clip(PHOTO * 0.88 + NOISE, 0, 255).astype(np.uint8)
    detail = [
        (each - cv2.GaussianBlur(each, (0, 0), 2))[HOLE].std()
        for each in (patch.astype(float), tone.matched(patch, PHOTO, HOLE, how).astype(float))
    ]
    assert detail[1] < 1.02 * detail[0]


@ways
def test_what_was_asked_for_keeps_its_colour_though_it_reaches_over_the_border(how):
    patch = PHOTO.copy()
    ball = RING & (COLUMNS < 60)
    patch[ball] = (210, 30, 40)
    change = tone.matched(patch, PHOTO, HOLE, how)[ball].astype(float) - (210, 30, 40)
    assert np.abs(change).max() <= 2


@ways
def test_a_patch_that_shows_another_place_is_left_alone(how):
    patch = np.random.default_rng(1).integers(0, 255, (8, 8, 3), np.uint8)
    patch = cv2.resize(patch, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
    assert tone.matched(patch, PHOTO, HOLE, how) is patch


@given(scenes, st.sampled_from(["gain", "membrane"]))
def test_no_pixel_changes_by_more_than_the_limit(scene, how):
    patch, image, mask = scene
    out = tone.matched(patch, image, mask, how)
    assert out.shape == patch.shape
    assert out.dtype == np.uint8
    assert np.abs(out.astype(int) - patch).max() <= tone.LIMIT


@ways
@pytest.mark.parametrize("mask", [np.ones_like(HOLE), np.zeros_like(HOLE)])
def test_without_a_border_there_is_nothing_to_agree_with(how, mask):
    patch = shifted(9)
    assert tone.matched(patch, PHOTO, mask, how) is patch
