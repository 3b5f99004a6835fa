import cv2
import numpy as np
from drawn import filled_masks
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.ops import morphology, rim


def disc(defocus):
    """A bright disc of radius 20 before a dark textured ground, out of focus, and its half-mask."""
    noise = np.random.default_rng(0).normal(0, 4, (120, 120, 3))
    rows, columns = np.indices((120, 120))
    share = ((rows - 60) ** 2 + (columns - 60) ** 2 <= 20**2).astype(np.float32)
    if defocus:
        share = cv2.GaussianBlur(share, (0, 0), defocus)
    image = 60 + noise + share[..., None] * np.array([150, 120, 20])
    return np.clip(image, 0, 255).astype(np.uint8), share


@given(filled_masks, st.floats(0, 9), st.integers(0, 9))
def test_the_mask_is_kept_and_nothing_beyond_the_reach_is_taken(mask, reach, seed):
    image = np.random.default_rng(seed).integers(0, 256, (*mask.shape, 3), np.uint8)
    grown = rim.take_in(image, mask, reach)
    assert not (mask & ~grown).any()
    assert not (grown & ~morphology.dilate(mask, reach)).any()


def test_a_soft_rim_is_taken_in():
    image, share = disc(defocus=4)
    grown = rim.take_in(image, share > 0.5, 14)
    left = share[~grown].max()
    assert left < 0.2, f"up to {left:.0%} of the object is left in a pixel"
    wasted = (grown & (share < 0.02)).sum() / grown.sum()
    assert wasted < 0.05, f"{wasted:.1%} of the mask is background"


def test_a_sharp_rim_stays():
    image, share = disc(defocus=0)
    mask = share > 0.5
    grown = rim.take_in(image, mask, 14)
    added = (grown & ~mask).sum() / mask.sum()
    assert added < 0.1, f"the mask grew by {added:.1%}"


def test_the_photo_around_it_does_not_matter():
    image, share = disc(defocus=3)
    wide = np.pad(image, ((200, 200), (300, 300), (0, 0)), mode="reflect")
    whole = rim.take_in(wide, np.pad(share > 0.5, ((200, 200), (300, 300))), 9)
    assert np.array_equal(whole[200:-200, 300:-300], rim.take_in(image, share > 0.5, 9))
