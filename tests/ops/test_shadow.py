"""Shadows that touch an object, and what is dark but no shadow."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastseg_edit import Edit, world
from fastseg_edit.ops import morphology, shadow
from fastseg_edit.stages import TakeInShadow

SIZE = (160, 200)


def ground(noise=3.0, seed=0):
    """Sand in the light, with grain."""
    grain = np.random.default_rng(seed).normal(0, noise, (*SIZE, 1))
    return np.clip(np.array([190, 170, 140]) + grain, 0, 255).astype(np.uint8)


def box(left, top, right, bottom):
    mask = np.zeros(SIZE, bool)
    mask[top:bottom, left:right] = True
    return mask


OBJECT = box(60, 40, 100, 110)
CAST = box(70, 95, 145, 122)


def shaded(image, where, factor=(0.55, 0.56, 0.6), blur=2.0):
    """Take light away from some pixels, softly towards the rim."""
    soft = cv2.GaussianBlur(where.astype(np.float32), (0, 0), blur)[..., None]
    return np.rint(image * (1 - soft * (1 - np.array(factor)))).astype(np.uint8)


def with_object(image):
    """Put something red on it."""
    image = image.copy()
    image[OBJECT] = (170, 30, 30)
    return image


@pytest.mark.parametrize("blur", [1.0, 3.0])
@pytest.mark.parametrize("times", [1, 3])
def test_a_soft_shadow_is_taken_in_at_any_size(blur, times):
    image = with_object(shaded(ground(), CAST, blur=blur))
    large = cv2.resize(image, None, fx=times, fy=times, interpolation=cv2.INTER_LINEAR)
    mask, cast = (np.kron(each, np.ones((times, times), bool)) for each in (OBJECT, CAST))
    grown = shadow.take_in(large, mask, 60 * times) & ~mask
    true = cast & ~mask
    overlap = np.count_nonzero(grown & true) / np.count_nonzero(grown | true)
    missed = np.count_nonzero(true & ~grown) / np.count_nonzero(true)
    assert overlap > 0.7, f"{overlap:.2f}"
    assert missed < 0.05, f"{missed:.2f}"


@settings(max_examples=15)
@given(st.integers(0, 60), st.integers(0, 9), st.floats(0.3, 0.9))
def test_the_mask_only_grows_and_not_beyond_reach(reach, seed, dark):
    image = with_object(shaded(ground(seed=seed), CAST, (dark, dark, dark)))
    grown = shadow.take_in(image, OBJECT, reach)
    assert not (OBJECT & ~grown).any()
    assert not (grown & ~morphology.dilate(OBJECT, reach + 4)).any()


@pytest.mark.parametrize(
    ("where", "factor"),
    [
        (np.zeros(SIZE, bool), (1, 1, 1)),  # nothing is darker
        (CAST, (0.3, 0.7, 0.5)),  # another colour
        (CAST, (0.95, 0.95, 0.95)),  # hardly darker
        (box(150, 60, 180, 100), (0.5, 0.5, 0.5)),  # dark, and elsewhere
        (box(100, 0, 200, 160), (0.5, 0.5, 0.5)),  # a wall that goes out of the picture
        (box(0, 75, 200, 160), (0.5, 0.5, 0.5)),  # another floor
    ],
)
def test_where_no_shadow_is_seen_the_mask_stays_as_it_is(where, factor):
    image = with_object(shaded(ground(), where, factor, blur=1))
    assert np.array_equal(shadow.take_in(image, OBJECT, 50), OBJECT)


def test_on_ground_with_dark_patches_the_mask_stays_as_it_is():
    patches = np.kron(np.indices((10, 10)).sum(0) % 2, np.ones((16, 20))).astype(bool)
    image = with_object(shaded(ground(), patches, (0.5, 0.5, 0.5), blur=1))
    assert np.array_equal(shadow.take_in(image, OBJECT, 50), OBJECT)


@pytest.mark.parametrize("number", range(4))
def test_in_scenes_without_shadows_the_mask_stays_as_it_is(number):
    seed = world.Split.VALIDATION.seed(number)
    scene = world.draw(seed, 96, world.Options(shadows=0.0))
    for mask in scene.visible:
        assert np.array_equal(shadow.take_in(scene.photo, mask, 40), mask)


def test_a_mask_of_nothing_or_everything_stays():
    for mask in (np.zeros(SIZE, bool), np.ones(SIZE, bool)):
        assert np.array_equal(shadow.take_in(ground(), mask, 50), mask)


def test_the_stage_leaves_shadows_alone_unless_told():
    edit = Edit(with_object(shaded(ground(), CAST)), mask=OBJECT)
    assert np.array_equal(TakeInShadow()(edit).mask, OBJECT)
    grown = TakeInShadow("80%")(edit).mask
    assert np.count_nonzero(grown & CAST) > 0.9 * np.count_nonzero(CAST)
