import cv2
import numpy as np
import pytest
from drawn import filled_masks
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.ops import foreground, matting, morphology

FRONT, BACK = (210, 90, 40), (40, 80, 150)


def disc(defocus, radius=30, size=120):
    """A disc out of focus before a ground of another colour: picture, opacity, both grounds."""
    rows, columns = np.indices((size, size))
    share = ((rows - size / 2) ** 2 + (columns - size / 2) ** 2 <= radius**2).astype(np.float32)
    if defocus:
        share = cv2.GaussianBlur(share, (0, 0), defocus)
    noise = np.random.default_rng(0).normal(0, 2, (size, size, 3))
    back = np.clip(BACK + noise, 0, 255)
    image = share[..., None] * np.array(FRONT) + (1 - share[..., None]) * back
    return np.rint(image).astype(np.uint8), share, back


@given(filled_masks, st.floats(0, 9), st.integers(0, 9))
def test_opacities_are_shares_and_equal_the_mask_far_from_its_outline(mask, reach, seed):
    image = np.random.default_rng(seed).integers(0, 256, (*mask.shape, 3), np.uint8)
    alpha = matting.opacity(image, mask, reach)
    assert alpha.dtype == np.float32
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    far = np.maximum(morphology.depth(mask), morphology.depth(~mask)) > max(reach, 1)
    assert np.array_equal(alpha[far], mask[far])


@given(filled_masks, st.integers(0, 255), st.floats(1, 9))
def test_in_a_plain_picture_the_opacity_is_the_mask(mask, level, reach):
    alpha = matting.opacity(np.full((*mask.shape, 3), level, np.uint8), mask, reach)
    assert np.abs(alpha - mask).max() < 0.1


@pytest.mark.parametrize("defocus", [0, 1, 2, 3])
def test_the_opacity_of_a_soft_disc_is_found_again(defocus):
    image, share, _ = disc(defocus)
    alpha = matting.opacity(image, share > 0.5, 10)
    error = np.abs(alpha - share).max()
    assert error < 0.12, f"up to {error:.3f} off"


def test_an_outline_that_is_off_is_put_right():
    image, share, _ = disc(1)
    wrong = np.roll(share > 0.5, 3, axis=1)
    alpha = matting.opacity(image, wrong, 10)
    before, after = (np.abs(each - share).mean() for each in (wrong, alpha))
    assert after < 0.2 * before, f"{after:.4f} off, {before:.4f} before"


def test_a_wide_rim_is_found_in_a_smaller_picture():
    image, share, _ = disc(8, radius=90, size=360)
    alpha = matting.opacity(image, share > 0.5, 30)
    error = np.abs(alpha - share).max()
    assert error < 0.12, f"up to {error:.3f} off"


def test_a_thin_object_stays():
    image = np.full((60, 90, 3), BACK, np.uint8)
    image[28:31, 10:80] = FRONT
    mask = (image == FRONT).all(axis=2)
    alpha = matting.opacity(image, mask, 12)
    assert np.abs(alpha - mask).max() < 0.1


def test_a_mask_at_the_border_of_the_photo_has_no_rim_there():
    image, share, _ = disc(0)
    cut, mask = image[:, 60:], share[:, 60:] > 0.5
    alpha = matting.opacity(cut, mask, 8)
    assert alpha[50:70, 0].min() > 0.99


def test_the_photo_around_it_does_not_matter():
    image, share, _ = disc(2)
    wide = np.pad(image, ((200, 200), (300, 300), (0, 0)), mode="reflect")
    whole = matting.opacity(wide, np.pad(share > 0.5, ((200, 200), (300, 300))), 9)
    alone = matting.opacity(image, share > 0.5, 9)
    assert np.abs(whole[200:-200, 300:-300] - alone).max() < 0.02


def test_the_colours_at_the_rim_are_the_objects_own():
    image, share, _ = disc(3)
    mask = share > 0.5
    own = foreground.colours(image, matting.opacity(image, mask, 12))
    halo = np.abs(own[share > 0.1].astype(float) - FRONT).mean()
    before = np.abs(image[share > 0.1].astype(float) - FRONT).mean()
    assert halo < 0.15 * before, f"{halo:.1f} levels of the background, {before:.1f} before"


def test_over_its_own_background_the_object_gives_the_photo_again():
    image, share, back = disc(3)
    alpha = matting.opacity(image, share > 0.5, 12)
    again = alpha[..., None] * foreground.colours(image, alpha) + (1 - alpha[..., None]) * back
    rim = (share > 0) & (share < 1)
    error = np.abs(again - image)[rim]
    assert error.mean() < 1, f"{error.mean():.2f} levels off in the mean"
    assert np.percentile(error, 99) < 6


@given(filled_masks, st.integers(0, 9))
def test_colours_change_only_where_the_object_is_transparent_in_part(mask, seed):
    random = np.random.default_rng(seed)
    image = random.integers(0, 256, (*mask.shape, 3), np.uint8)
    alpha = np.where(mask, random.random(mask.shape), random.integers(0, 2, mask.shape))
    own = foreground.colours(image, alpha.astype(np.float32))
    kept = (alpha == 0) | (alpha == 1)
    assert np.array_equal(own[kept], image[kept])
