"""What an edit refuses, and what it keeps from being changed."""

import numpy as np
import pytest

from fastseg_edit.edit import Edit, Matte

SIZE = (6, 8)
PHOTO = np.zeros((*SIZE, 3), np.uint8)


def matte(size=SIZE, alpha=0.5):
    return Matte(np.full(size, alpha, np.float32), np.zeros((*size, 3), np.uint8))


@pytest.mark.parametrize("alpha", [-0.1, 1.5, np.nan, np.inf])
def test_an_opacity_is_between_none_and_all(alpha):
    values = np.full(SIZE, 0.5, np.float32)
    values[2, 3] = alpha
    with pytest.raises(ValueError, match=r"matte\.alpha must be in 0 to 1, got"):
        Matte(values, PHOTO)


@pytest.mark.parametrize(
    ("alpha", "colours", "message"),
    [
        (np.zeros(SIZE), PHOTO, r"matte.alpha must be \(6, 8\) float32, got \(6, 8\) float64"),
        (np.zeros((*SIZE, 1), np.float32), PHOTO, r"matte.alpha must be \(6, 8\) float32"),
        (np.zeros(SIZE, np.float32), PHOTO[1:], r"matte.colours must be \(6, 8, 3\) uint8"),
        (np.zeros(SIZE, np.float32), PHOTO / 2, r"uint8, got \(6, 8, 3\) float64"),
    ],
)
def test_arrays_of_a_matte_are_of_one_size_and_of_their_types(alpha, colours, message):
    with pytest.raises(ValueError, match=message):
        Matte(alpha, colours)


def test_a_matte_of_another_photo_is_refused():
    with pytest.raises(ValueError, match=r"matte must be for \(6, 8\), got \(8, 6\)"):
        Edit(PHOTO, matte=matte((8, 6)))


@pytest.mark.parametrize("array", ["alpha", "colours"])
def test_nothing_can_be_written_into_a_matte(array):
    with pytest.raises(ValueError, match="read-only"):
        getattr(Edit(PHOTO, matte=matte()).matte, array)[0] = 0
