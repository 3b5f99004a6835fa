"""Laws of the embedded inpainter, whatever the photo and the hole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastseg_edit.backends.exemplar import Exemplar
from fastseg_edit.errors import ModelError, SpecError
from fastseg_edit.protocols import Hole

COPIES = Exemplar(seam=0)
FORBIDDEN = (255, 0, 255)


def noise(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 200, (height, width, 3)).astype(np.uint8)


def box(shape, top, left, bottom, right):
    mask = np.zeros(shape, bool)
    mask[top:bottom, left:right] = True
    return mask


@st.composite
def holes(draw):
    """A photo of 8 to 40 pixels a side; a mask of boxes and lines, up to nearly everything."""
    height, width = draw(st.integers(8, 40)), draw(st.integers(8, 40))
    mask = np.zeros((height, width), bool)
    for _ in range(draw(st.integers(1, 4))):
        top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        bottom, right = draw(st.integers(top + 1, height)), draw(st.integers(left + 1, width))
        mask[top:bottom, left:right] = True
    if draw(st.booleans()):
        mask[0, :] = mask[-1, :] = mask[:, 0] = mask[:, -1] = True
    avoid = None
    if draw(st.booleans()):
        avoid = np.random.default_rng(draw(st.integers(0, 9))).random(mask.shape) < 0.02
    return Hole(noise(height, width), mask, seed=draw(st.integers(0, 3)), avoid=avoid)


@settings(max_examples=60, deadline=None)
@given(holes())
def test_nothing_changes_outside_the_mask(hole):
    before = hole.image.copy()
    painted = Exemplar().inpaint(hole)
    assert painted.dtype == np.uint8
    assert painted.shape == hole.image.shape
    assert np.array_equal(painted[~hole.mask], before[~hole.mask])
    assert np.array_equal(hole.image, before)


@settings(max_examples=60, deadline=None)
@given(holes())
def test_what_was_under_the_mask_does_not_matter(hole):
    other = hole.image.copy()
    other[hole.mask] = 255 - other[hole.mask]
    first = Exemplar().inpaint(hole)
    second = Exemplar().inpaint(Hole(other, hole.mask, seed=hole.seed, avoid=hole.avoid))
    assert np.array_equal(first, second)


@settings(max_examples=40, deadline=None)
@given(holes(), st.integers(0, 2**16))
def test_no_colour_to_avoid_appears(hole, seed):
    avoid = np.random.default_rng(seed).random(hole.mask.shape) < 0.01
    image = hole.image.copy()
    image[avoid] = FORBIDDEN
    painted = COPIES.inpaint(Hole(image, hole.mask, avoid=avoid))
    assert not (painted[hole.mask] == FORBIDDEN).all(axis=-1).any()


@settings(max_examples=40, deadline=None)
@given(holes(), st.tuples(*[st.integers(0, 255)] * 3))
def test_a_constant_photo_stays_constant(hole, colour):
    image = np.full_like(hole.image, colour)
    painted = Exemplar().inpaint(Hole(image, hole.mask))
    if not hole.mask.all():
        assert (painted == colour).all()


def test_same_seed_same_picture():
    image, mask = noise(90, 120), box((90, 120), 30, 40, 60, 80)
    first = Exemplar().inpaint(Hole(image, mask, seed=7))
    assert np.array_equal(first, Exemplar().inpaint(Hole(image, mask, seed=7)))


def test_pure_copies_are_pixels_of_the_photo():
    image, mask = noise(90, 120), box((90, 120), 30, 40, 60, 80)
    known = {tuple(pixel) for pixel in image[~mask]}
    painted = COPIES.inpaint(Hole(image, mask))
    assert {tuple(pixel) for pixel in painted[mask]} <= known


def test_a_region_to_avoid_is_not_copied_in_working_resolution_either():
    image, mask = noise(300, 300), box((300, 300), 60, 100, 200, 240)
    avoid = box((300, 300), 0, 0, 301, 80)
    image[avoid] = FORBIDDEN
    painted = Exemplar(budget=1000, seam=0).inpaint(Hole(image, mask, avoid=avoid))
    assert not (painted[mask] == FORBIDDEN).all(axis=-1).any()


@pytest.mark.parametrize("period", [(8, 8), (13, 9)])
def test_a_periodic_texture_is_continued(period):
    tile = noise(*period, seed=3)
    image = np.tile(tile, (20, 20, 1))[:128, :160]
    mask = box((128, 160), 40, 50, 80, 100)
    error = Exemplar().inpaint(Hole(image, mask))[mask].astype(float) - image[mask]
    psnr = 10 * np.log10(255**2 / max((error**2).mean(), 1e-3))
    assert psnr > 30, f"PSNR {psnr:.1f} dB in the hole"


def test_a_straight_edge_is_continued():
    image = np.full((120, 160, 3), 60, np.uint8)
    image[:, 80:] = 200
    mask = box((120, 160), 40, 60, 80, 100)
    painted = Exemplar().inpaint(Hole(image, mask))
    wrong = np.abs(painted[mask].astype(int) - image[mask]).max(axis=-1) > 20
    assert wrong.mean() < 0.02, f"{wrong.mean():.1%} of the hole on the wrong side of the edge"


def test_only_a_smooth_surface_is_left_where_nothing_can_be_copied():
    ramp = np.repeat(np.linspace(0, 255, 40).astype(np.uint8)[None, :, None], 30, axis=0)
    image, mask = np.repeat(ramp, 3, axis=2), box((30, 40), 1, 1, 29, 39)
    painted = Exemplar().inpaint(Hole(image, mask))
    assert np.abs(painted.astype(int) - image).max() <= 3


def test_a_mask_of_everything_turns_grey():
    painted = Exemplar().inpaint(Hole(noise(20, 30), np.ones((20, 30), bool)))
    assert (painted == 128).all()


def test_an_empty_mask_changes_nothing():
    image = noise(20, 30)
    assert np.array_equal(Exemplar().inpaint(Hole(image, np.zeros((20, 30), bool))), image)


def test_islands_and_thin_lines_are_all_painted():
    image = np.full((400, 500, 3), 90, np.uint8)
    mask = box((400, 500), 10, 10, 40, 40) | box((400, 500), 350, 450, 390, 500)
    np.fill_diagonal(mask, True)
    image[mask] = FORBIDDEN
    assert (Exemplar().inpaint(Hole(image, mask)) == 90).all()


def test_words_need_another_model():
    hole = Hole(noise(20, 30), box((20, 30), 5, 5, 9, 9), caption="a red mug")
    with pytest.raises(ModelError, match="cannot paint words") as caught:
        Exemplar().inpaint(hole)
    assert caught.value.code == "E_MODEL_MISSING"


@pytest.mark.parametrize("options", [{"budget": 10}, {"context": -1}, {"seam": -1}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(SpecError, match=next(iter(options))):
        Exemplar(**options)
