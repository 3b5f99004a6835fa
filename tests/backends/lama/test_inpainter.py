"""What is painted into a hole, and what is not."""

import pickle

import numpy as np
import pytest

from fastseg_edit import models
from fastseg_edit.backends.lama import Lama
from fastseg_edit.errors import ModelError
from fastseg_edit.protocols import Hole


def test_pixels_outside_the_hole_stay(folder, hole):
    painted = Lama(str(folder)).inpaint(hole)
    assert np.array_equal(painted[~hole.mask], hole.image[~hole.mask])


def test_what_lies_under_the_mask_plays_no_part(folder, hole):
    other = hole.image.copy()
    other[hole.mask] = 255 - other[hole.mask]
    lama = Lama(str(folder))
    assert np.array_equal(lama.inpaint(hole), lama.inpaint(Hole(other, hole.mask)))


def test_what_is_to_be_avoided_plays_no_part(folder, hole):
    avoid = np.zeros_like(hole.mask)
    avoid[:40, 60:100] = True
    other = hole.image.copy()
    other[avoid] = 0
    lama = Lama(str(folder))
    first, second = (
        lama.inpaint(Hole(each, hole.mask, avoid=avoid)) for each in (hole.image, other)
    )
    assert np.array_equal(first[hole.mask], second[hole.mask])


def test_it_stays_with_the_photo_and_leaves_it_as_it_was(folder, hole):
    before = hole.image.copy()
    Lama(str(folder)).inpaint(hole)
    assert np.array_equal(hole.image, before)


@pytest.mark.parametrize("size", [(8, 8), (8, 41), (33, 17), (64, 64)])
def test_any_size_of_window_comes_back(folder, size):
    image = np.full((*size, 3), 90, np.uint8)
    mask = np.zeros(size, bool)
    mask[2:5, 3:6] = True
    assert Lama(str(folder)).inpaint(Hole(image, mask)).shape == image.shape


def test_a_copy_through_pickle_paints_the_same(folder, hole):
    lama = Lama(str(folder))
    first = lama.inpaint(hole)
    copy = pickle.loads(pickle.dumps(lama))
    assert copy == lama
    assert np.array_equal(copy.inpaint(hole), first)


def test_words_are_refused(folder, photo, square):
    with pytest.raises(ModelError, match="cannot paint words, got 'a dog'"):
        Lama(str(folder)).inpaint(Hole(photo, square, "a dog"))


def test_lama_mini_continues_stripes_better_than_their_mean():
    columns = np.arange(128) // 8 % 2 * 70 + 90
    image = np.broadcast_to(columns[None, :, None], (128, 128, 3)).astype(np.uint8)
    mask = np.zeros((128, 128), bool)
    mask[40:88, 44:84] = True
    covered = image.copy()
    covered[mask] = (200, 30, 30)
    painted = models.get("inpainter", "lama").inpaint(Hole(covered, mask))
    error = np.square(painted[mask].astype(float) - image[mask]).mean()
    flat = np.square(image[mask].astype(float) - image[mask].mean()).mean()
    assert error < flat / 2, f"{error:.0f} against {flat:.0f}"
