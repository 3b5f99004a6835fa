"""How strong edges are, and at what cost."""

import tracemalloc

import numpy as np
import pytest

from fastseg_edit.ops import contrast


def noise(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("height", [1, 7, 20, 40, 64])
def test_a_photo_has_the_same_edges_whole_and_in_bands(height, monkeypatch):
    image = noise(height, 30)
    whole = contrast.edges(image)
    monkeypatch.setattr(contrast, "_BAND", 20)
    assert np.allclose(contrast.edges(image), whole, atol=1e-3)


def test_a_plain_photo_has_none_and_a_step_has_one_where_it_is():
    image = np.full((40, 40, 3), 60, np.uint8)
    assert not contrast.edges(image).any()
    image[:, 20:] = 200
    strength = contrast.edges(image)
    assert set(strength.argmax(axis=1).tolist()) <= {19, 20}
    right = np.zeros((40, 40), bool)
    right[:, 20:] = True
    assert contrast.along(strength, right) > 5 * contrast.along(strength, np.roll(right, 4, axis=1))


def test_a_mask_without_an_outline_runs_along_no_edge():
    assert contrast.along(contrast.edges(noise(9, 9)), np.ones((9, 9), bool)) == 0


def test_edges_take_little_more_memory_than_their_answer():
    image = noise(1500, 1200)
    tracemalloc.start()
    contrast.edges(image)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most / (1500 * 1200) < 24  # bytes a pixel; all at once they took 72
