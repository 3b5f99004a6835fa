"""Mattes, layouts and objects written down, and read again to the bit."""

import base64
import json
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fastseg_edit
from fastseg_edit.errors import RecipeError
from fastseg_edit.records import pixels


@pytest.mark.parametrize(("size", "alpha"), [((4, 5), 7), ((4, 5), np.nan), ((5, 4), 1)])
def test_a_damaged_matte_or_one_of_another_photo_is_refused(size, alpha):
    matte = fastseg_edit.edit.Matte(np.ones((4, 5), np.float32), np.zeros((4, 5, 3), np.uint8))
    written = pixels.matte(matte)
    levels = np.full(20, alpha, "<f4").tobytes()
    written["alpha"] = base64.b64encode(zlib.compress(levels)).decode()
    with pytest.raises(RecipeError, match="are damaged"):
        pixels.read_matte(written, size)


def test_a_layout_of_another_photo_is_refused():
    with pytest.raises(RecipeError, match="are damaged"):
        pixels.read_layout(pixels.layout(np.zeros((4, 5), np.uint16)), (5, 4))


@given(st.integers(0, 1000))
def test_mattes_layouts_and_objects_are_read_as_they_were_written(seed):
    random = np.random.default_rng(seed)
    size = tuple(random.integers(1, 40, 2).tolist())
    alpha = (random.random(size) * (random.random(size) < 0.3)).astype(np.float32)
    matte = fastseg_edit.edit.Matte(alpha, random.integers(0, 256, (*size, 3), np.uint8))
    back = pixels.read_matte(json.loads(json.dumps(pixels.matte(matte))), size)
    assert np.array_equal(back.alpha, alpha)
    assert np.array_equal(back.colours[alpha > 0], matte.colours[alpha > 0])
    layout = random.integers(0, 2**16, size, np.uint16)
    assert np.array_equal(pixels.read_layout(pixels.layout(layout), size), layout)
    masks = [random.random(size) < 0.5 for _ in range(3)]
    found = fastseg_edit.Candidates.of(masks, size, [0.5, 0.25, 1], [0, 1, 2])
    found = found.labelled(("cup", "", "dog"))
    same = pixels.read_objects(json.loads(json.dumps(pixels.objects(found))), size)
    assert np.array_equal([*same], masks)
    assert (same.labels, same.scores.tolist()) == (found.labels, [0.5, 0.25, 1])
