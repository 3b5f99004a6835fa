import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.backends.clip import crops
from fastseg_edit.cutouts import Cutout, Soft
from fastseg_edit.ops.grid import Grid

NOISE = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
SQUARE, NONE = NOISE[:, :40], np.zeros((40, 40), np.uint8)


def box(left, top, right, bottom):
    mask = np.zeros(NOISE.shape[:2], bool)
    mask[top:bottom, left:right] = True
    return Cutout.of(mask)


@given(
    st.integers(0, 50), st.integers(0, 30), st.integers(1, 30), st.integers(1, 30), st.floats(0, 2)
)
def test_a_crop_holds_the_whole_mask_wherever_it_lies(left, top, width, height, margin):
    right, bottom = min(left + width, 60), min(top + height, 40)
    longer = max(right - left, bottom - top)
    length = int(np.ceil(longer * (1 + margin)))
    _, share = crops.square(crops.Levels(NOISE), box(left, top, right, bottom), margin, length)
    assert np.count_nonzero(share == 255) == (right - left) * (bottom - top)


def test_a_crop_without_margin_and_scaling_is_that_part_of_the_photo():
    crop, share = crops.square(crops.Levels(NOISE), box(10, 5, 30, 25), 0, 20)
    assert np.array_equal(crop, NOISE[5:25, 10:30])
    assert (share == 255).all()


def test_a_long_mask_is_neither_squeezed_nor_cut_off():
    _, share = crops.square(crops.Levels(NOISE), box(0, 10, 60, 20), 0, 60)
    rows, columns = np.nonzero(share)
    assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == (60, 10)


def test_beyond_the_border_the_last_pixels_are_repeated():
    crop, _ = crops.square(crops.Levels(NOISE), box(0, 0, 10, 10), 1, 20)
    assert np.array_equal(crop[5:15, :5], np.repeat(NOISE[:10, :1], 5, axis=1))


def test_round_the_object_lies_one_neutral_colour():
    share = NONE.copy()
    share[10:30, 10:30] = 255
    alone = crops.alone(SQUARE, share)
    assert np.array_equal(alone[10:30, 10:30], SQUARE[10:30, 10:30])
    assert (alone[share == 0] == crops.NEUTRAL).all()


def test_a_pixel_half_covered_is_half_neutral():
    alone = crops.alone(SQUARE, np.full((40, 40), 128, np.uint8))
    assert np.abs(alone - (SQUARE / 2.0 + np.array(crops.NEUTRAL) / 2)).max() <= 1.5


def test_a_large_soft_mask_is_never_lifted_to_its_full_size(monkeypatch):
    size, cells = (3000, 4000), np.full((30, 40), 1.0, np.float32)
    soft = Soft.on(Grid.over(size, cells.shape), cells)
    asked = []
    at = Soft.at
    monkeypatch.setattr(Soft, "at", lambda self, x, y: asked.append(len(x)) or at(self, x, y))
    crops.square(crops.Levels(np.zeros((*size, 3), np.uint8)), soft, 0.6, 32)
    assert asked == [64]


def test_a_large_square_from_a_smaller_copy_is_that_of_the_photo():
    steps = np.linspace(0, 255, 600).astype(np.uint8)
    photo = np.dstack([np.tile(steps, (400, 1))] * 3)
    photo[..., 1] = np.tile(steps[:400, None], (1, 600))
    mask = np.zeros((400, 600), bool)
    mask[37:371, 101:467] = True
    crop, _ = crops.square(crops.Levels(photo), Cutout.of(mask), 0, 32)
    exact = cv2.resize(photo[21:387, 101:467], (32, 32), interpolation=cv2.INTER_AREA)
    assert np.abs(crop.astype(int) - exact).max() <= 4


def test_levels_are_halves_of_each_other_and_made_once():
    levels = crops.Levels(NOISE)
    assert [levels.at(number).shape[:2] for number in (2, 0, 1)] == [(10, 15), (40, 60), (20, 30)]
    assert levels.at(1) is levels.at(1)
