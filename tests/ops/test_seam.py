import numpy as np
import pytest
from drawn import masks
from hypothesis import given

from fastseg_edit.ops import blend, seam

ROWS, COLUMNS = np.mgrid[:160, :160]
DISK = (ROWS - 80) ** 2 + (COLUMNS - 70) ** 2 < 40**2
NOISE = np.random.default_rng(0).normal(0, 10, (160, 160, 3))
SHADES = np.stack([60 + ROWS / 2, 60 + COLUMNS / 2, 190 - ROWS / 3], axis=-1)
PHOTO = np.rint(SHADES + NOISE).astype(np.uint8)


def painted(offset):
    over = np.clip(np.rint(PHOTO.astype(float) + offset), 0, 255).astype(np.uint8)
    return np.where(DISK[..., None], over, PHOTO)


def test_a_photo_has_no_seam_where_nothing_was_painted():
    assert seam.energy(PHOTO, DISK) < 1


@pytest.mark.parametrize("offset", [3, 6, 12, 24])
def test_an_offset_of_so_many_levels_gives_about_so_many(offset):
    assert seam.energy(painted(offset), DISK) == pytest.approx(offset, abs=1 + offset / 10)


def test_a_shift_of_colour_counts_as_one_of_brightness_does():
    grey, coloured = seam.energy(painted(8), DISK), seam.energy(painted((8, -8, 8)), DISK)
    assert coloured == pytest.approx(grey, rel=0.1)


def test_an_edge_of_the_scene_that_meets_the_border_is_no_seam():
    photo = PHOTO.copy()
    photo[80:] //= 3
    assert seam.energy(photo, DISK) < 1.5


def test_a_faded_seam_is_less_visible():
    hard, soft = painted(12), blend.composite(PHOTO, painted(12), DISK, 6)
    assert seam.energy(soft, DISK) < 0.6 * seam.energy(hard, DISK)


@given(masks)
def test_a_plain_photo_has_no_seam_whatever_the_mask(mask):
    assert seam.energy(np.full((*mask.shape, 3), 90, np.uint8), mask) < 0.001
