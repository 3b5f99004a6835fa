"""When memory runs out, less is done at once, and in the end it is said."""

import dataclasses

import diffusers
import numpy as np
import pytest
import torch
from PIL import Image
from small_additions import adapter
from small_diffusion import hole

from fastseg_edit import running
from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.errors import ResourceError


class Small(diffusers.UNet2DConditionModel):
    """A network on a machine with room for a few rows only."""

    room = 2

    def forward(self, sample, *inputs, **options):
        slices = any("Sliced" in type(one).__name__ for one in self.attn_processors.values())
        if len(sample) > self.room * (2 if slices else 1):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().forward(sample, *inputs, **options)


class Narrow(diffusers.AutoencoderKL):
    """A VAE on a machine with room for tiles only."""

    def encode(self, *inputs, **options):
        if not self.use_tiling:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")
        return super().encode(*inputs, **options)


@pytest.fixture
def inpainter():
    made = Diffusion(steps=1, guidance=1.0)
    made.painter.pipeline.unet.__class__ = Small
    return made


@pytest.fixture(scope="module")
def holes():
    return [dataclasses.replace(hole(), seed=seed) for seed in range(5)]


@pytest.fixture(scope="module")
def wanted(holes):
    return [Diffusion(steps=1, guidance=1.0).inpaint(one) for one in holes]


def same(pictures, wanted):
    return all(np.abs(a.astype(int) - b).max() <= 1 for a, b in zip(pictures, wanted, strict=True))


def remarks_of(inpainter, holes):
    with running.remarked() as remarks:
        painted = inpainter.inpaint_many(holes)
    notices = [notice for notice, _ in remarks]
    assert {code for code, _ in notices} <= {"W_MEMORY"}
    return painted, [text for _, text in notices]


def test_fewer_are_painted_at_once_until_they_fit_and_so_it_stays(inpainter, holes, wanted):
    painted, said = remarks_of(inpainter, holes)
    assert same(painted, wanted)
    assert [text.partition("painted ")[2] for text in said] == [
        "2 at a time instead of 5 from here on",
    ]
    painted, said = remarks_of(inpainter, holes)
    assert same(painted, wanted)
    assert not said


def test_one_that_does_not_fit_is_painted_with_attention_in_slices(inpainter, holes, wanted):
    inpainter.painter.pipeline.unet.room = 0.5
    painted, said = remarks_of(inpainter, holes)
    assert same(painted, wanted)
    assert len(said) == 3
    assert "attention in slices" in said[-1]


def test_tiles_come_last(holes):
    inpainter = Diffusion(steps=1, guidance=1.0)
    inpainter.painter.pipeline.vae.__class__ = Narrow
    (painted,), said = remarks_of(inpainter, holes[:1])
    assert isinstance(painted, np.ndarray)
    assert ["slices" in said[0], "tiles" in said[1], len(said)] == [True, True, 2]


def test_where_nothing_helps_it_is_said_hole_by_hole(inpainter, holes):
    inpainter.painter.pipeline.unet.room = 0
    painted, _ = remarks_of(inpainter, holes[:2])
    assert [type(one) for one in painted] == [ResourceError] * 2
    with pytest.raises(ResourceError, match="memory ran out") as caught:
        inpainter.inpaint(holes[0])
    assert (caught.value.code, caught.value.status) == ("E_MEMORY", 8)
    assert caught.value.hint


def test_other_failures_are_no_lack_of_memory(inpainter, holes):
    inpainter.painter.pipeline.unet.conv_in = torch.nn.Conv2d(1, 64, 3)
    with pytest.raises(RuntimeError, match="channels"):
        inpainter.inpaint_many(holes)


def test_a_reference_is_not_given_up_for_memory(checkpoint, holes, tmp_path):
    """Slices would take the place of what looks at it, and nothing could be painted any more."""
    folder = str(checkpoint("sd15"))
    path = adapter(tmp_path, Diffusion(folder).painter.pipeline.unet)
    Image.fromarray(holes[0].image).save(tmp_path / "look.png")
    look = {"ip_adapter": str(path), "reference": str(tmp_path / "look.png")}
    inpainter = Diffusion(folder, steps=1, **look)
    wanted = Diffusion(folder, steps=1, vae_tiling=True, **look).inpaint(holes[0])
    network = inpainter.painter.pipeline.unet
    usual = type(network)
    network.__class__, network.room = Small, 0
    with pytest.raises(ResourceError, match="memory ran out"):
        inpainter.inpaint(holes[0])
    network.__class__ = usual
    assert same([inpainter.inpaint(holes[0])], [wanted])
