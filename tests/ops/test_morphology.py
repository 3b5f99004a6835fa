import numpy as np
import pytest
from drawn import filled_masks, masks
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.ops import morphology

radii = st.floats(0, 6)


def distances(mask):
    """The distance of each pixel to the nearest True one, by brute force."""
    rows, columns = np.indices(mask.shape)
    true = np.argwhere(mask)
    return np.sqrt(
        (rows[..., None] - true[:, 0]) ** 2 + (columns[..., None] - true[:, 1]) ** 2
    ).min(-1)


@given(masks, radii)
def test_dilate_never_loses_a_pixel(mask, radius):
    assert not (mask & ~morphology.dilate(mask, radius)).any()


@given(filled_masks, radii)
def test_dilate_takes_in_just_what_is_within_the_radius(mask, radius):
    near = distances(mask)
    grown = morphology.dilate(mask, radius)
    assert grown[near < radius - 1e-4].all()
    assert not grown[near > radius + 1e-4].any()


@given(masks, radii)
def test_erode_is_dilation_of_the_background(mask, radius):
    assert np.array_equal(morphology.erode(mask, radius), ~morphology.dilate(~mask, radius))


@given(masks)
def test_a_radius_of_zero_changes_nothing(mask):
    assert np.array_equal(morphology.dilate(mask, 0), mask)
    assert np.array_equal(morphology.erode(mask, 0), mask)


@given(masks, st.floats(0, 30))
def test_filling_holes_only_adds_and_dropping_specks_only_takes_away(mask, side):
    assert not (mask & ~morphology.fill_holes(mask, side)).any()
    assert not (morphology.drop_specks(mask, side) & ~mask).any()


@given(filled_masks, st.floats(0, 1000))
def test_dropping_specks_never_drops_everything(mask, side):
    assert morphology.drop_specks(mask, side).any()


@given(filled_masks)
def test_the_hull_lies_between_the_mask_and_its_box(mask):
    hull = morphology.hull(mask)
    assert not (mask & ~hull).any()
    assert not (hull & ~morphology.box_of(mask)).any()


@given(filled_masks)
def test_the_box_is_tight(mask):
    left, top, right, bottom = morphology.bounding_box(mask)
    assert mask[top:bottom, left:right].sum() == mask.sum()
    assert mask[top].any()
    assert mask[bottom - 1].any()
    assert mask[:, left].any()
    assert mask[:, right - 1].any()


def test_a_ring_is_filled_up_to_the_side_given():
    ring = np.zeros((20, 20), bool)
    ring[4:16, 4:16] = True
    ring[8:12, 8:12] = False
    assert not morphology.fill_holes(ring, 4)[10, 10]
    assert morphology.fill_holes(ring, 4.1)[10, 10]


def test_a_bay_at_the_border_of_the_photo_is_no_hole():
    mask = np.ones((10, 10), bool)
    mask[:3, 4:6] = False
    assert np.array_equal(morphology.fill_holes(mask, 100), mask)


def test_a_negative_radius_is_refused():
    with pytest.raises(ValueError, match="at least 0, got -1"):
        morphology.dilate(np.ones((3, 3), bool), -1)


@given(filled_masks, st.floats(0, 9))
def test_a_disk_holds_the_mask_and_grows_with_its_margin(mask, margin):
    tight = morphology.disk_of(mask, 0.01)
    assert not (mask & ~tight).any()
    assert not (tight & ~morphology.disk_of(mask, 0.01 + margin)).any()
