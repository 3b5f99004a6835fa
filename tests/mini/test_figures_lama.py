"""The figure of lama-mini, on a few scenes."""

import numpy as np
import pytest

from fastseg_edit.mini.figures import lama
from fastseg_edit.mini.figures.removal import Removal
from fastseg_edit.world import Split

SEEDS = [Split.VALIDATION.seed(number) for number in range(3)]


@pytest.fixture(scope="module")
def case():
    return Removal.of(SEEDS[0])


def test_only_what_lies_under_the_mask_is_to_change(case):
    assert np.array_equal(case.photo[~case.mask], case.truth[~case.mask])
    assert not np.array_equal(case.photo[case.mask], case.truth[case.mask])


def test_the_truth_itself_is_as_near_as_can_be(case):
    assert case.psnr(case.truth) > 60


def test_the_photo_before_the_edit_is_farther_off_than_any_fill(case):
    assert case.psnr(case.photo) < case.psnr(case.telea())


def test_any_inpainter_can_be_asked(case):
    filled = case.filled({"name": "blur"})
    assert np.array_equal(filled[~case.mask], case.photo[~case.mask])


def test_the_gain_is_the_difference_of_the_two_means():
    figures = lama.measure(SEEDS)
    gain = figures["lama_psnr_db"] - figures["telea_psnr_db"]
    assert figures["lama_removal_gain_db"] == pytest.approx(gain)
