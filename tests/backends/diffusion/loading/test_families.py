"""Every row of the table paints a hole, from a folder that diffusers saved."""

import diffusers
import numpy as np
import pytest
import torch
from small_diffusion import hole

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.backends.diffusion.loading.families import FAMILIES

# Euler's scheduler hands numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SIDE = 64
WAYS = [
    (family.name + (" of whole pictures" if family.holes and not trained else ""), trained)
    for family in FAMILIES
    for trained in (True, False)
    if (family.holes if trained else family.whole) and not (family.name == "sd2" and not trained)
]
"""Names of tiny checkpoints, and whether each is trained on holes. sd2 is sd15 in that respect."""


@pytest.mark.parametrize(("name", "trained"), WAYS)
def test_a_checkpoint_is_told_by_what_it_holds(painter, name, trained):
    assert name.startswith(painter(name).painter.family.name)
    assert bool(painter(name).remarks) is not trained
    assert all("trained on whole pictures" in remark for remark in painter(name).remarks)


@pytest.mark.parametrize("name", [name for name, _ in WAYS])
def test_a_hole_is_painted_anew_and_the_same_for_one_seed(painter, name):
    first = painter(name).inpaint(hole())
    assert first.shape == (SIDE, SIDE, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, painter(name).inpaint(hole()))
    inside = hole().mask
    assert (first != painter(name).inpaint(hole(seed=4)))[inside].mean() > 0.5
    assert (first != hole().image)[inside].mean() > 0.5


@pytest.mark.parametrize("name", [name for name, _ in WAYS])
def test_a_window_need_not_be_square_nor_have_a_caption(painter, name):
    step = painter(name).multiple
    size = (SIDE + step, SIDE)
    assert painter(name).inpaint(hole("", size=size)).shape == (*size, 3)


@pytest.mark.filterwarnings("ignore:`upcast_vae` is deprecated:FutureWarning")  # by itself
@pytest.mark.parametrize("name", [name for name, _ in WAYS])
def test_the_precision_of_a_gpu_paints_nearly_the_same(painter, name):
    """On the CPU, where the same conversions between the parts take place."""
    whole = painter(name)
    precision = str(whole.painter.family.dtype).removeprefix("torch.")
    less = Diffusion(weights=whole.weights, steps=2, dtype=precision)
    painted = less.inpaint(hole()).astype(int)
    assert getattr(less.painter.pipeline, whole.painter.family.part).dtype is not torch.float32
    assert np.abs(painted - whole.inpaint(hole())).mean() < 5


@pytest.mark.parametrize("name", [name for name, _ in WAYS if name != "kandinsky22"])
def test_strength_counts(painter, name):
    weights = painter(name).weights
    pictures = [
        Diffusion(weights=weights, steps=4, strength=strength).inpaint(hole())
        for strength in (None, 0.5)
    ]
    assert not np.array_equal(*pictures)


def test_one_step_is_a_step_where_the_usual_strength_would_leave_none(painter):
    one = Diffusion(weights=painter("sdxl").weights, steps=1)
    full = Diffusion(weights=painter("sdxl").weights, steps=1, strength=1.0)
    assert np.array_equal(one.inpaint(hole()), full.inpaint(hole()))


@pytest.mark.parametrize("name", ["sdxl", "sd15"])
def test_painting_says_nothing(painter, caplog, capfd, name):
    painter(name).inpaint(hole())
    assert not caplog.records
    assert not any(capfd.readouterr())


@pytest.mark.parametrize("name", [name for name, _ in WAYS])
def test_what_is_unsaid_is_what_the_table_says(checkpoint, name):
    painter = Diffusion(weights=str(checkpoint(name))).painter
    family = painter.family
    assert (painter.steps, painter.guidance) == (family.steps, family.guidance)
    assert painter.native in (family.native, 16 * painter.cell, 32 * painter.cell)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_titles_are_classes_of_diffusers(family):
    """A few kinds exist for some families only; the one that paints holes exists for all."""
    assert family.pipeline.__name__ in family.titles
    assert any(hasattr(diffusers, title) for title in family.titles)
    assert hasattr(diffusers, family.network)
