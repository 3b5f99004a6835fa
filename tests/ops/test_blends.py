"""Laws of the blends that take the step at the border away."""

import numpy as np
import pytest
from drawn import shapes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit.ops import bands, gradients, morphology, steps

BLENDS = {"poisson": gradients.blended, "multiband": bands.blended}
blends = pytest.mark.parametrize("blended", BLENDS.values(), ids=BLENDS)
scenes = shapes.flatmap(
    lambda shape: st.tuples(
        arrays(np.uint8, (*shape, 3)), arrays(np.uint8, (*shape, 3)), arrays(bool, shape)
    )
)
ROWS, COLUMNS = np.mgrid[:200, :240]
SHADES = np.stack([60 + ROWS / 2, 40 + COLUMNS / 2, 220 - ROWS / 3], axis=-1)
PHOTO = np.rint(SHADES).astype(np.uint8)
DISK = (ROWS - 90) ** 2 + (COLUMNS - 130) ** 2 < 40**2
LARGE = (ROWS - 90) ** 2 + (COLUMNS - 130) ** 2 < 85**2


def shifted(by):
    return np.clip(np.rint(SHADES + by), 0, 255).astype(np.uint8)


@blends
@given(scene=scenes)
def test_every_pixel_outside_the_mask_is_kept(blended, scene):
    under, over, mask = scene
    assert np.array_equal(blended(under, over, mask)[~mask], under[~mask])


@blends
@given(scene=scenes)
def test_what_was_under_the_mask_and_painted_beside_it_does_not_count(blended, scene):
    under, over, mask = scene
    other_under, other_over = under.copy(), over.copy()
    other_under[mask] //= 2
    other_over[~mask] //= 2
    assert np.array_equal(blended(under, over, mask), blended(other_under, other_over, mask))


@blends
def test_a_photo_laid_over_itself_does_not_change(blended):
    assert np.abs(blended(PHOTO, PHOTO, DISK).astype(int) - PHOTO).max() <= 1


@blends
@pytest.mark.parametrize("mask", [DISK, LARGE, ROWS < 100], ids=["disk", "large", "half"])
def test_a_shift_of_colour_is_gone_at_the_border(blended, mask):
    out = blended(PHOTO, shifted(np.array([9, -7, 5])), mask)
    rim = mask & (morphology.depth(mask) < 2)
    left = np.abs(out[rim].astype(int) - PHOTO[rim]).max()
    assert left <= 2, f"{left} levels are left of 9"


def test_poisson_takes_a_shift_away_everywhere():
    out = gradients.blended(PHOTO, shifted(9), DISK)
    assert np.abs(out.astype(int) - PHOTO).max() <= 2


def test_multiband_leaves_alone_what_is_deep_inside():
    over = shifted(9)
    deep = (ROWS - 90) ** 2 + (COLUMNS - 130) ** 2 < 20**2
    assert np.array_equal(bands.blended(PHOTO, over, LARGE)[deep], over[deep])


@blends
@given(scene=scenes)
def test_no_pixel_changes_by_more_than_the_limit(blended, scene):
    under, over, mask = scene
    change = blended(under, over, mask)[mask].astype(int) - over[mask]
    assert np.abs(change).max(initial=0) <= 4 * steps.LIMIT


@blends
@pytest.mark.parametrize("all_masked", [True, False])
def test_without_a_border_the_mask_is_all_that_counts(blended, all_masked):
    mask = np.full(DISK.shape, all_masked)
    over = shifted(9)
    assert np.array_equal(blended(PHOTO, over, mask), over if all_masked else PHOTO)


@blends
def test_a_line_one_pixel_thin_is_blended(blended):
    line = ROWS == 90
    out = blended(PHOTO, shifted(9), line)
    assert np.abs(out.astype(int) - PHOTO).max() <= 3
