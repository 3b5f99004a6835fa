"""What comes out of a model is looked at; who listens hears of every step, and may end it."""

import dataclasses

import diffusers
import numpy as np
import pytest
import torch
from small_diffusion import BUILDERS, hole

from fastseg_edit import running
from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.errors import Cancelled, ModelError

# Euler's scheduler hands numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

LARGE = 0.5
"""Share of the window from which on a hole is too much for the networks below."""


class Broken(diffusers.UNet2DConditionModel):
    """A network that returns no numbers for large holes."""

    def forward(self, sample, *inputs, **options):
        (noise,) = super().forward(sample, *inputs, **options)
        large = sample[:, 4:5].mean((1, 2, 3), keepdim=True) > LARGE
        return (torch.where(large & self.breaks(), torch.nan, noise),)

    def breaks(self):
        return torch.tensor(True)


class Overflowing(Broken):
    """One that does so in half precision only."""

    def breaks(self):
        return torch.tensor(self.dtype is torch.bfloat16)


class Blackening(diffusers.AutoencoderKL):
    """A decoder that paints one colour, as a safety checker makes of a picture."""

    def decode(self, *inputs, **options):
        return (torch.full_like(super().decode(*inputs, **options)[0], -1.0),)


@pytest.fixture
def holes():
    wide = np.zeros((64, 64), bool)
    wide[4:60, 4:60] = True
    return [hole(), dataclasses.replace(hole(), mask=wide), hole(seed=4)]


def test_numbers_that_are_none_spoil_their_own_hole_only(holes):
    inpainter = Diffusion(steps=1, guidance=1.0)
    fine = inpainter.inpaint_many(holes)
    inpainter.painter.pipeline.unet.__class__ = Broken
    first, bad, last = inpainter.inpaint_many(holes)
    assert isinstance(bad, ModelError)
    assert bad.code == "E_MODEL_OUTPUT"
    assert np.array_equal(first, fine[0])
    assert np.array_equal(last, fine[2])
    with pytest.raises(ModelError, match="not numbers"):
        inpainter.inpaint(holes[1])


def test_single_precision_paints_what_half_precision_cannot(holes):
    wanted = Diffusion(steps=1, guidance=1.0).inpaint(holes[1])
    half = Diffusion(steps=1, guidance=1.0, dtype="bfloat16")
    pipeline = half.painter.pipeline
    pipeline.unet.__class__ = Overflowing
    before = {name: part.clone() for name, part in pipeline.unet.state_dict().items()}
    with running.remarked() as remarks:
        painted = half.inpaint_many(holes)
    assert [notice.code for notice, _ in remarks] == ["W_PRECISION"]
    assert remarks[0].about is holes[1]
    assert np.abs(painted[1].astype(int) - wanted).mean() < 3  # its weights were rounded once
    after = pipeline.unet.state_dict()
    assert all(torch.equal(after[name], part) for name, part in before.items())
    assert all(after[name].dtype is part.dtype for name, part in before.items())


def test_what_no_precision_can_paint_fails(holes):
    half = Diffusion(steps=1, guidance=1.0, dtype="bfloat16")
    half.painter.pipeline.unet.__class__ = Broken
    with running.remarked() as remarks, pytest.raises(ModelError, match="not numbers"):
        half.inpaint(holes[1])
    assert [notice.code for notice, _ in remarks] == ["W_PRECISION"]


def test_a_blank_picture_is_no_result(holes):
    inpainter = Diffusion(steps=1)
    inpainter.painter.pipeline.vae.__class__ = Blackening
    with pytest.raises(ModelError, match="blank picture") as caught:
        inpainter.inpaint(holes[0])
    assert caught.value.code == "E_MODEL_OUTPUT"


def test_black_surroundings_may_go_on_in_black(holes):
    inpainter = Diffusion(steps=1)
    inpainter.painter.pipeline.vae.__class__ = Blackening
    black = dataclasses.replace(holes[0], image=np.zeros((64, 64, 3), np.uint8))
    assert not inpainter.inpaint(black).any()


@pytest.mark.parametrize("name", BUILDERS)
def test_every_step_is_told(painter, name):
    heard = []
    with running.watched(lambda number, total: heard.append((number, total))):
        painter(name).inpaint(hole())
    steps = 1 if name.startswith("sdxl") else 2  # it leaves out the first one, as its card advises
    assert heard == [(number, steps) for number in range(1, steps + 1)]


@pytest.mark.parametrize("name", BUILDERS)
def test_whoever_listens_can_end_it_and_the_model_goes_on(painter, name):
    wanted = painter(name).inpaint(hole())

    def stop(_, __):
        raise Cancelled

    with running.watched(stop), pytest.raises(Cancelled):
        painter(name).inpaint_many([hole(), hole(seed=4)])
    assert np.array_equal(painter(name).inpaint(hole()), wanted)
