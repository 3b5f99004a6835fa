"""What a ControlNet is shown of a layout, and what the mini pack's makes of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from fastseg_edit import models
from fastseg_edit.backends.diffusion.additions.conditions import of_regions
from fastseg_edit.protocols import Hole

MODEL = {"name": "diffusion", "weights": "sd-mini", "controlnet": "sd-mini-control"}
SQUARE = np.zeros((64, 64), np.uint16)
SQUARE[24:44, 24:44] = 3
HOLE = Hole(
    np.full((64, 64, 3), 170, np.uint8),
    np.pad(np.ones((40, 40), bool), 12),
    "a red square",
    layout=SQUARE,
)


@given(arrays.arrays(np.uint16, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_every_number_can_be_read_back_from_the_picture(layout):
    picture = of_regions(layout)
    assert (picture.shape, picture.dtype) == ((*layout.shape, 3), np.float32)
    assert np.array_equal(picture @ (1, 256, 0), layout)
    assert picture.min() >= 0
    assert picture.max() <= 255


def reds(patch):
    """Return where a patch is rather red."""
    return patch[..., 0].astype(int) - patch[..., 1:].max(axis=-1) > 60


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


def test_sd_mini_paints_where_the_layout_says():
    painter = models.get("inpainter", MODEL)
    assert painter.follows
    there = reds(painter.inpaint(HOLE))
    assert overlap(there, SQUARE > 0) > 0.6


@pytest.mark.parametrize("shift", [(-8, 0), (0, 8)])
def test_an_object_moves_with_its_region(shift):
    moved = np.roll(SQUARE, shift, (0, 1))
    there = reds(models.get("inpainter", MODEL).inpaint(replace(HOLE, layout=moved)))
    assert overlap(there, moved > 0) > overlap(there, SQUARE > 0) + 0.2


@pytest.mark.parametrize("number", [1, 9, 16])
def test_what_number_a_region_has_does_not_matter(number):
    painter = models.get("inpainter", MODEL)
    one, other = HOLE, replace(HOLE, layout=np.where(SQUARE, number, 0).astype(np.uint16))
    assert overlap(reds(painter.inpaint(one)), reds(painter.inpaint(other))) > 0.8
