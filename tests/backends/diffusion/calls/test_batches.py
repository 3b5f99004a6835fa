"""Holes that go through the networks together are painted as one by one."""

import dataclasses

import numpy as np
import pytest
import torch
from small_diffusion import BUILDERS, hole

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.errors import SpecError

# Euler's scheduler hands numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def several():
    """Holes of one size that differ in everything else, with and without a caption."""
    random = np.random.default_rng(1)
    captions = ["a red circle", "", "a blue star, small", "a red circle", ""]
    for seed, caption in enumerate(captions):
        image = random.integers(0, 255, (64, 64, 3), np.uint8)
        mask = np.zeros((64, 64), bool)
        mask[8 + seed : 40, 16 : 50 - seed] = True
        yield dataclasses.replace(hole(), image=image, mask=mask, caption=caption, seed=seed)


def furthest(these, those):
    """Return by how many levels pictures differ at most."""
    pairs = zip(these, those, strict=True)
    return max(np.abs(one.astype(int) - other).max() for one, other in pairs)


@pytest.mark.parametrize("name", ["sd-mini", *BUILDERS])
def test_a_batch_paints_what_one_by_one_does(painter, name):
    holes = list(several())
    together = painter(name).inpaint_many(holes)
    apart = [painter(name).inpaint(one) for one in holes]
    assert furthest(together, apart) <= 1, f"{furthest(together, apart)} levels apart"


def test_neither_order_nor_size_of_the_batch_counts(painter):
    holes = list(several())
    first = painter("sd-mini").inpaint_many(holes)
    turned = Diffusion(steps=2, batch=2).inpaint_many(holes[::-1])[::-1]
    assert furthest(first, turned) <= 1


def test_what_cannot_be_asked_for_spoils_nothing_else(painter):
    holes = list(several())
    holes[1] = dataclasses.replace(holes[1], caption="qwertyuiop" * 9)
    first, refused, *rest = painter("sd-mini").inpaint_many(holes)
    assert isinstance(refused, SpecError)
    assert all(isinstance(picture, np.ndarray) for picture in (first, *rest))


def test_no_holes_are_no_pictures(painter):
    assert painter("sd-mini").inpaint_many([]) == []


@pytest.mark.parametrize("name", ["sd3", "flux-inpaint", "qwen-image", "z-image"])
def test_noise_between_the_steps_is_drawn_by_the_seed(checkpoint, name):
    """Diffusers would draw it with nobody's seed."""
    inpainter = Diffusion(weights=str(checkpoint(name)), steps=2, scheduler="flow-lcm")
    before = torch.get_rng_state()
    first, second = hole(), hole(seed=4)
    apart = [inpainter.inpaint(first), inpainter.inpaint(second)]
    assert np.array_equal(inpainter.inpaint(first), apart[0])
    assert furthest(inpainter.inpaint_many([first, second]), apart) <= 1
    assert torch.equal(before, torch.get_rng_state())
