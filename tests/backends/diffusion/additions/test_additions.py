"""What is said of additions is checked at once, or before anything is loaded."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from small_diffusion import hole

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.backends.diffusion.loading.families import FAMILIES
from fastseg_edit.backends.diffusion.loading.setup import Setup
from fastseg_edit.errors import ModelError, SpecError

# Euler's scheduler hands numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:`FluxPosEmbed` is deprecated:FutureWarning"),  # by itself
]

LAYOUT = np.zeros((64, 64), np.uint16)
LAYOUT[20:40, 20:40] = 7


def inpainter(checkpoint, name, nets, **options):
    return Diffusion(str(checkpoint(name)), steps=2, controlnet=nets, **options)


@pytest.fixture
def plain(checkpoint):
    return Diffusion(str(checkpoint("sd15")), steps=2).inpaint(hole())


def test_a_net_for_regions_follows_a_layout_and_is_silent_without_one(checkpoint, net, plain):
    painter = inpainter(checkpoint, "sd15", str(net("sd15")), condition="regions")
    assert painter.follows
    one, other = (painter.inpaint(replace(hole(), layout=each)) for each in (LAYOUT, LAYOUT.T * 2))
    assert not np.array_equal(one, other)
    assert np.abs(painter.inpaint(hole()).astype(int) - plain).max() <= 1


def test_a_net_for_tiles_counts_for_drafts_alone(checkpoint, net, plain):
    painter = inpainter(checkpoint, "sd15", str(net("sd15")), condition="tile")
    assert not painter.follows
    assert np.abs(painter.inpaint(hole()).astype(int) - plain).max() <= 1
    draft = replace(hole(), strength=0.9)
    without = Diffusion(str(checkpoint("sd15")), steps=2)
    assert not np.array_equal(painter.inpaint(draft), without.inpaint(draft))


def test_two_nets_count_both(checkpoint, net):
    folder, shown = str(net("sd15")), replace(hole(), layout=LAYOUT)
    both, one = (
        inpainter(checkpoint, "sd15", nets, condition=reads).inpaint(shown)
        for nets, reads in (([folder] * 2, ["canny", "regions"]), (folder, "canny"))
    )
    assert not np.array_equal(both, one)


def test_a_net_can_be_let_go_before_the_end(checkpoint, net):
    folder = str(net("sd15"))
    early, late = (
        inpainter(checkpoint, "sd15", folder, condition="canny", control_until=until)
        for until in (0.5, 1.0)
    )
    assert not np.array_equal(early.inpaint(hole()), late.inpaint(hole()))


def test_what_a_net_reads_may_stand_beside_its_weights(checkpoint, net, tmp_path):
    folder = shutil.copytree(net("sd15"), tmp_path / "net")
    with pytest.raises(SpecError, match="it must be said what the ControlNet net reads") as caught:
        inpainter(checkpoint, "sd15", str(folder)).inpaint(hole())
    assert caught.value.code == "E_SPEC"
    (folder / "fastseg_edit.json").write_text(json.dumps({"condition": "canny"}))
    said = inpainter(checkpoint, "sd15", str(folder)).inpaint(hole())
    asked = inpainter(checkpoint, "sd15", str(net("sd15")), condition="canny").inpaint(hole())
    assert np.array_equal(said, asked)


@pytest.mark.parametrize(
    ("made_for", "name"),
    [("sd15", "sdxl"), ("sdxl", "sd15"), ("sd2", "sd15"), ("sd15", "z-image")],
)
def test_a_net_for_another_family_is_refused_before_anything_is_loaded(
    checkpoint, net, tmp_path, made_for, name
):
    folder = shutil.copytree(net(made_for), tmp_path / "net")
    next(folder.glob("*.safetensors")).unlink()
    with pytest.raises(ModelError) as caught:
        inpainter(checkpoint, name, str(folder), condition="canny").inpaint(hole())
    assert caught.value.code == "E_MODEL_FAMILY"
    assert f"is for {made_for}, and the weights are of {name}" in caught.value.message


def change(folder, **values):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize(
    ("values", "code", "reason"),
    [
        ({"cross_attention_dim": 7}, "E_MODEL_FAMILY", "cross_attention_dim is 7 and 32"),
        ({"in_channels": 9}, "E_MODEL_FAMILY", "must have in_channels 4 to paint holes, got 9"),
        ({"_class_name": "VQModel"}, "E_MODEL_MISSING", "its config.json names 'VQModel'"),
    ],
)
def test_a_net_that_does_not_fit_is_refused(checkpoint, net, tmp_path, values, code, reason):
    folder = shutil.copytree(net("sd15"), tmp_path / "net")
    change(folder, **values)
    with pytest.raises(ModelError, match=reason) as caught:
        inpainter(checkpoint, "sd15", str(folder), condition="canny").inpaint(hole())
    assert caught.value.code == code


@pytest.mark.parametrize("spoil", ["missing", "damaged", "lacking", "nan"])
def test_a_net_whose_weights_are_not_whole_is_refused(checkpoint, net, tmp_path, spoil):
    folder = shutil.copytree(net("sd15"), tmp_path / "net")
    path = next(folder.glob("*.safetensors"))
    held = load_file(path)
    first = min(held)
    if spoil == "missing":
        path.unlink()
    elif spoil == "damaged":
        path.write_bytes(path.read_bytes()[:100])
    elif spoil == "lacking":
        save_file({name: held[name] for name in held if name != first}, path, {"format": "pt"})
    else:
        save_file(held | {first: held[first] * float("nan")}, path, {"format": "pt"})
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        inpainter(checkpoint, "sd15", str(folder), condition="canny").inpaint(hole())
    assert caught.value.code == "E_MODEL_MISSING"
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "count", "options", "reason"),
    [
        ("flux-fill", 1, {"condition": "canny"}, "flux-fill cannot use a ControlNet"),
        ("kandinsky22", 1, {"condition": "canny"}, "kandinsky22 cannot use a ControlNet"),
        ("sd15", 1, {"condition": "depth"}, "needs a network that tells it"),
        ("flux-inpaint", 1, {"condition": "regions"}, "cannot read 'regions'"),
        ("qwen-image", 1, {"condition": "canny"}, "cannot read 'canny'"),
        ("z-image", 1, {"condition": "canny", "control_until": 0.5}, "cannot let go"),
        ("z-image", 2, {"condition": ["canny"] * 2}, "take one ControlNet, got 2"),
        ("qwen-image", 1, {"condition": "inpaint", "strength": 0.5}, "a strength below 1"),
    ],
)
def test_what_a_family_cannot_do_is_refused_by_name(checkpoint, net, name, count, options, reason):
    made_for = name if name in ("flux-inpaint", "qwen-image", "z-image") else "sd15"
    with pytest.raises((SpecError, ModelError), match=reason):
        inpainter(checkpoint, name, [str(net(made_for))] * count, **options).inpaint(hole())


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"condition": "colour"}, "condition must be one for each ControlNet"),
        ({"controlnet": "a", "condition": "colour"}, "condition must be regions or inpaint or"),
        ({"controlnet": "a", "condition": ["canny", "tile"]}, "of which there are 1, got 2"),
        ({"controlnet": ["a", "b"], "controlnet_strength": [1.0]}, "there are 2, got 1"),
        ({"controlnet": "a", "controlnet_strength": 2.5}, "at least 0 and at most 2"),
        ({"controlnet": "a", "controlnet_strength": [-1.0]}, "at least 0 and at most 2"),
        ({"control_until": 0.0}, "control_until must be above 0 and at most 1"),
        ({"lora": [3]}, "lora must be texts, got 3"),
        ({"lora": " "}, "lora must be texts"),
        ({"compile": "yes"}, "compile must be true or false"),
    ],
)
def test_values_that_make_no_sense_are_refused_at_once(wrong, reason):
    with pytest.raises(SpecError, match=reason) as caught:
        Diffusion(**wrong)
    assert caught.value.code == "E_SPEC"


def test_compiling_without_a_compiler_is_refused(checkpoint, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(SpecError, match=r"compile needs a C\+\+ compiler"):
        Diffusion(str(checkpoint("sd15")), compile=True).inpaint(hole())


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            {"attention_slicing": True, "looks": True},
            "attention slicing beside a reference picture",
        ),
        ({"compiles": True, "offload": "sequential"}, "one by one cannot be compiled"),
    ],
)
def test_what_cannot_be_done_together_is_refused(options, reason):
    """Nothing is moved to the device."""
    with pytest.raises(SpecError, match=reason):
        Setup(torch.device("cuda"), **options).check(FAMILIES[1])
