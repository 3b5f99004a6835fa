"""Every option does something that can be seen, or is refused."""

import numpy as np
import pytest
import torch
from small_diffusion import hole

from fastseg_edit import running
from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.backends.diffusion.loading.families import FAMILIES
from fastseg_edit.backends.diffusion.loading.schedulers import SCHEDULERS, fitting
from fastseg_edit.backends.diffusion.loading.setup import Setup
from fastseg_edit.errors import SpecError

# Some schedulers hand numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:__array_wrap__ must accept context:DeprecationWarning"),
]

BY_NAME = {family.name: family for family in FAMILIES}
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def usual():
    """What sd-mini paints with its own scheduler."""
    return Diffusion(steps=3).inpaint(hole())


@pytest.mark.parametrize("name", fitting(BY_NAME["sd15"]))
def test_a_scheduler_by_name_paints_its_own_way(usual, checkpoint, name):
    """With sd-mini where that is possible, for it paints what can be seen to be right."""
    able = SCHEDULERS[name].clean
    weights = "sd-mini" if able else str(checkpoint("sd15"))
    inpainter = Diffusion(weights, steps=3, scheduler=name)
    painted = inpainter.inpaint(hole())
    assert isinstance(inpainter.painter.pipeline.scheduler, SCHEDULERS[name].kind)
    assert np.array_equal(painted, usual) == (name == "ddim")
    red = painted[26:38, 26:38].reshape(-1, 3).mean(axis=0)
    assert not able or red[0] > red[2] + 30, f"{name} should paint red, got {red.round()}"


def test_a_scheduler_that_cannot_run_the_network_is_refused():
    with pytest.raises(SpecError, match="cannot run a network that predicts the picture itself"):
        Diffusion(scheduler="pndm").inpaint(hole())


@pytest.mark.parametrize("checkpoint_name", ["kandinsky22", "flux-fill", "sd3", "z-image"])
def test_schedulers_of_other_families_paint(checkpoint, checkpoint_name):
    painted = []
    for name in fitting(BY_NAME[checkpoint_name]):
        inpainter = Diffusion(weights=str(checkpoint(checkpoint_name)), steps=3, scheduler=name)
        painted.append(inpainter.inpaint(hole()))
    assert len(painted) > 1
    assert not np.array_equal(*painted[:2])


def test_a_scheduler_that_nobody_knows_gets_the_nearest_name():
    with pytest.raises(SpecError, match=r"'eular'. Did you mean 'euler'\?") as caught:
        Diffusion(scheduler="eular")
    assert caught.value.code == "E_SPEC"


def test_a_negative_caption_leads_away():
    """Red against "a red circle" is less red than against nothing."""
    plain = Diffusion(guidance=2.0).inpaint(hole("a red circle"))
    away = Diffusion(guidance=2.0, negative_caption="a red circle").inpaint(hole("a blue circle"))
    toward = Diffusion(guidance=2.0, negative_caption="a blue circle").inpaint(hole("a red circle"))
    middle = [
        picture[26:38, 26:38].astype(float).mean(axis=(0, 1)) for picture in (plain, away, toward)
    ]
    assert middle[1][0] < middle[0][0] - 60
    assert not np.array_equal(plain, toward)


def test_a_negative_caption_counts_without_a_caption():
    plain = Diffusion(steps=2).inpaint(hole(""))
    avoiding = Diffusion(steps=2, guidance=2.0, negative_caption="a red circle").inpaint(hole(""))
    assert not np.array_equal(plain, avoiding)


@pytest.mark.parametrize("name", ["sdxl", "kandinsky22", "sd3", "qwen-image", "z-image"])
def test_families_that_compare_read_the_negative_caption(checkpoint, name):
    weights = str(checkpoint(name))
    pictures = [
        Diffusion(weights, steps=2, guidance=9.0, negative_caption=avoided).inpaint(hole())
        for avoided in ("", "a blue star of the sea")
    ]
    assert not np.array_equal(*pictures)


@pytest.mark.parametrize("name", ["sd15", "flux-fill", "qwen-image", "z-image"])
def test_guidance_counts(checkpoint, name):
    weights = str(checkpoint(name))
    pictures = [
        Diffusion(weights, steps=2, guidance=guidance).inpaint(hole()) for guidance in (2.0, 20.0)
    ]
    assert not np.array_equal(*pictures)


def test_a_negative_caption_without_guidance_is_refused():
    with pytest.raises(SpecError, match=r"needs guidance above 1, got 0\.5"):
        Diffusion(guidance=0.5, negative_caption="a star").inpaint(hole())


def test_a_negative_caption_is_never_cut_short_in_silence():
    with running.remarked() as remarks:
        Diffusion(steps=2, negative_caption="a red circle and " * 9).inpaint(hole())
    assert [notice.code for notice, _ in remarks] == ["W_TEXT_TRUNCATED"]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_precision_is_what_is_asked_for(usual, dtype):
    inpainter = Diffusion(steps=3, dtype=dtype)
    assert inpainter.painter.pipeline.unet.dtype is getattr(torch, dtype)
    painted = inpainter.inpaint(hole())
    assert np.array_equal(painted, usual) == (dtype == "float32")
    assert np.abs(painted.astype(int) - usual).mean() < 12


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_precision_suits_the_processor(family):
    assert Setup(CPU).precision(family) is torch.float32
    assert Setup(torch.device("cuda")).precision(family) is family.dtype


@pytest.mark.parametrize("offload", ["model", "sequential"])
def test_offloading_needs_a_gpu(offload):
    with pytest.raises(SpecError, match="needs a CUDA device, got 'cpu'"):
        Diffusion(offload=offload, device="cpu").inpaint(hole())


def test_slices_change_the_way_and_not_the_picture(usual):
    inpainter = Diffusion(steps=3, attention_slicing=True)
    sliced = [
        type(one).__name__ for one in inpainter.painter.pipeline.unet.attn_processors.values()
    ]
    assert all(name.startswith("Sliced") for name in sliced)
    assert np.abs(inpainter.inpaint(hole()).astype(int) - usual).max() <= 1


@pytest.mark.parametrize("name", ["sd15", "qwen-image"])
def test_tiles_change_the_rims_of_tiles_only(checkpoint, name):
    """The picture is larger than a tile, so that there are some."""
    large, weights = (
        hole(size=(272, 272) if name == "qwen-image" else (128, 128)),
        str(checkpoint(name)),
    )
    whole, tiled = (
        Diffusion(weights, steps=1, guidance=1.0, vae_tiling=tiling) for tiling in (False, True)
    )
    assert tiled.painter.pipeline.vae.use_tiling
    assert not np.array_equal(tiled.inpaint(large), whole.inpaint(large))


@pytest.mark.parametrize(
    ("name", "options", "lacking"),
    [
        ("flux-fill", {"negative_caption": "a star"}, "flux-fill cannot use a negative caption"),
        ("flux-inpaint", {"attention_slicing": True}, "cannot use attention slicing"),
        ("flux-inpaint", {"scheduler": "ddim"}, "Known: flow-euler, flow-lcm"),
        ("kandinsky22", {"scheduler": "euler"}, "Known: ddim, ddpm"),
        ("kandinsky22", {"strength": 0.5}, "kandinsky22 cannot use a strength below 1"),
        ("kandinsky22", {"vae_tiling": True}, "cannot use tiling"),
        ("sd15", {"scheduler": "flow-euler"}, "cannot use the scheduler 'flow-euler'"),
        ("z-image", {"dtype": "float16"}, "z-image cannot use float16"),
    ],
)
def test_what_a_family_lacks_is_refused_by_name(checkpoint, name, options, lacking):
    with pytest.raises(SpecError, match=lacking) as caught:
        Diffusion(weights=str(checkpoint(name)), **options).inpaint(hole())
    assert caught.value.code == "E_SPEC"


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0},
        {"guidance": -0.1},
        {"strength": 0.0},
        {"strength": 1.5},
        {"dtype": "int8"},
        {"offload": "disk"},
        {"vae_tiling": "yes"},
        {"negative_caption": 3},
    ],
)
def test_values_out_of_range_are_refused_at_once(wrong):
    with pytest.raises(SpecError, match=next(iter(wrong))):
        Diffusion(**wrong)
