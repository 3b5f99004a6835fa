"""A single file paints what the folder that it was made from paints."""

import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from small_diffusion import hole
from small_single_file import whole

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.errors import ModelError, SpecError

# Euler's scheduler hands numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

NETWORKS = ("sdxl", "sd3", "flux-fill", "flux-inpaint", "qwen-image", "z-image")


@pytest.fixture
def bare(checkpoint, tmp_path):
    """Return the folder of a tiny checkpoint without its weights, by its name."""

    def named(name):
        folder = shutil.copytree(checkpoint(name), tmp_path / "bare")
        for path in folder.rglob("*.safetensors"):
            path.unlink()
        return folder

    return named


@pytest.fixture
def single(checkpoint, tmp_path):
    """Return the one file of a tiny checkpoint of Stable Diffusion, by its name."""

    def named(name, **more):
        pipeline = Diffusion(str(checkpoint(name))).painter.pipeline
        return whole(tmp_path / "model.safetensors", pipeline, **more)

    return named


@pytest.mark.parametrize("name", ["sd15", "sd15 of whole pictures", "sd2"])
def test_a_file_and_a_folder_without_weights_paint_the_same(checkpoint, single, bare, name):
    painter = Diffusion(str(single(name)), steps=2, configuration=str(bare(name)))
    folder = Diffusion(str(checkpoint(name)), steps=2)
    assert np.array_equal(painter.inpaint(hole()), folder.inpaint(hole()))
    assert painter.remarks == folder.remarks


@pytest.mark.parametrize(
    ("name", "configuration"),
    [("sd15", "sd15 of whole pictures"), ("sd15 of whole pictures", "sd15")],
)
def test_the_channels_of_the_file_are_believed(checkpoint, single, bare, name, configuration):
    painter = Diffusion(str(single(name)), steps=2, configuration=str(bare(configuration)))
    assert np.array_equal(
        painter.inpaint(hole()), Diffusion(str(checkpoint(name)), steps=2).inpaint(hole())
    )
    assert bool(painter.remarks) == ("whole" in name)


def test_the_folder_that_the_file_lies_in_will_do(checkpoint, single, bare):
    path = shutil.move(single("sd15"), bare("sd15") / "model.safetensors")
    folder = Diffusion(str(checkpoint("sd15")), steps=2)
    assert np.array_equal(Diffusion(str(path), steps=2).inpaint(hole()), folder.inpaint(hole()))


@pytest.mark.parametrize("name", NETWORKS)
def test_a_file_of_the_network_alone_takes_the_rest_from_the_folder(checkpoint, tmp_path, name):
    folder = checkpoint(name)
    part = "unet" if name == "sdxl" else "transformer"
    file = shutil.copy(next((folder / part).glob("*.safetensors")), tmp_path / "one.safetensors")
    rest = shutil.copytree(folder, tmp_path / "rest")
    next((rest / part).glob("*.safetensors")).unlink()
    painter = Diffusion(str(file), steps=2, configuration=str(rest))
    plain = Diffusion(str(folder), steps=2)
    assert np.array_equal(painter.inpaint(hole()), plain.inpaint(hole()))


def test_a_file_alone_says_what_it_needs(single):
    with pytest.raises(ModelError, match="does not say how its networks are built") as caught:
        Diffusion(str(single("sd15"))).inpaint(hole())
    assert caught.value.code == "E_MODEL_MISSING"
    assert "as configuration" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "configuration"), [("sd15", "sdxl"), ("sd15", "flux-fill"), ("sd15", "z-image")]
)
def test_a_configuration_of_another_family_is_refused(single, bare, name, configuration):
    with pytest.raises(ModelError) as caught:
        Diffusion(str(single(name)), configuration=str(bare(configuration))).inpaint(hole())
    assert caught.value.code == (
        "E_MODEL_MISSING" if configuration == "z-image" else "E_MODEL_FAMILY"
    )
    assert "\n" not in caught.value.message


def test_a_file_that_lacks_a_weight_is_refused(single, bare):
    path = single("sd15")
    held = load_file(path)
    del held["model.diffusion_model.middle_block.0.in_layers.2.weight"]
    save_file(held, path)
    with pytest.raises(ModelError, match="the file lacks a weight of one of") as caught:
        Diffusion(str(path), configuration=str(bare("sd15"))).inpaint(hole())
    assert caught.value.code == "E_MODEL_MISSING"


def test_values_that_are_no_numbers_are_never_a_picture(single, bare):
    spoilt = {"model.diffusion_model.out.2.bias": torch.full((4,), float("nan"))}
    path = single("sd15", **spoilt)
    with pytest.raises(ModelError) as caught:
        Diffusion(str(path), steps=1, configuration=str(bare("sd15"))).inpaint(hole())
    assert caught.value.code == "E_MODEL_OUTPUT"


def test_a_pickle_is_never_read(tmp_path):
    path = tmp_path / "model.ckpt"
    path.write_bytes(b"a pickle")
    with pytest.raises(ModelError, match=r"the model must be safetensors, got model\.ckpt"):
        Diffusion(str(path)).inpaint(hole())


def test_a_damaged_file_is_refused(tmp_path, bare):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"{}")
    with pytest.raises(ModelError, match="is not a whole file of safetensors"):
        Diffusion(str(path), configuration=str(bare("sd15"))).inpaint(hole())


def test_a_configuration_for_a_folder_is_refused(checkpoint, bare):
    with pytest.raises(SpecError, match="a configuration is for a single file"):
        Diffusion(str(checkpoint("sd15")), configuration=str(bare("sd15"))).inpaint(hole())
