"""Masks of a small copy, brought to the photo's size."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastseg_edit.backends.fastsam.masks import Copy


def _disc(size, middle, radius):
    rows, columns = np.indices(size)
    return np.hypot(columns + 0.5 - middle[0], rows + 0.5 - middle[1]) < radius


def _whole(cutout, size):
    mask = np.zeros(size, bool)
    cutout.paint(mask)
    return mask


def test_a_small_photo_is_not_copied():
    photo = np.zeros((40, 60, 3), np.uint8)
    assert Copy.of(photo, 60).image is photo


@given(st.integers(8, 900), st.integers(8, 900), st.integers(32, 300))
@settings(max_examples=30)
def test_a_copy_has_the_longest_side_asked_for(height, width, longest):
    copy = Copy.of(np.zeros((height, width, 3), np.uint8), longest)
    assert copy.size == (height, width)
    assert max(copy.image.shape[:2]) == min(longest, max(height, width))


@pytest.mark.parametrize("size", [(300, 400), (1000, 1333), (1501, 999)])
def test_a_lifted_mask_is_the_mask_of_the_photo(size):
    height, width = size
    photo = np.zeros((*size, 3), np.uint8)
    copy = Copy.of(photo, 256)
    scale = copy.image.shape[1] / width
    middle, radius = (0.4 * width, 0.6 * height), 0.3 * min(size)
    true = _disc(size, middle, radius)
    small = _disc(copy.image.shape[:2], (middle[0] * scale, middle[1] * scale), radius * scale)
    lifted = _whole(copy.lift(small), size)
    overlap = (lifted & true).sum() / (lifted | true).sum()
    assert overlap > 0.98, f"IoU {overlap:.4f}"


def test_a_mask_at_the_border_reaches_the_border():
    copy = Copy.of(np.zeros((900, 1200, 3), np.uint8), 300)
    mask = np.ones(copy.image.shape[:2], bool)
    assert _whole(copy.lift(mask), copy.size).all()


def test_a_lifted_mask_has_no_stairs():
    copy = Copy.of(np.zeros((1200, 1200, 3), np.uint8), 200)
    lifted = _whole(copy.lift(_disc((200, 200), (100, 100), 60)), copy.size)
    outlines, _ = cv2.findContours(lifted.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    radii = np.hypot(*(outlines[0][:, 0] + 0.5 - 600).T)
    assert np.abs(radii - radii.mean()).max() < 4, "a cell is 6 pixels wide"


def test_an_empty_mask_stays_empty():
    copy = Copy.of(np.zeros((900, 1200, 3), np.uint8), 300)
    assert copy.lift(np.zeros(copy.image.shape[:2], bool)).area == 0
