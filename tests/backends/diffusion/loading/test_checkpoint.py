"""A folder is told by its own files; what does not fit together is named in one line."""

import json
import shutil

import diffusers
import pytest
from safetensors.torch import load_file, save_file
from small_diffusion import hole

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.backends.diffusion.calls import captions
from fastseg_edit.backends.diffusion.loading.checkpoint import recognise
from fastseg_edit.errors import ModelError


@pytest.fixture
def copy(checkpoint, tmp_path):
    """Return a copy of a tiny checkpoint, to be changed, under a name that says nothing."""
    return lambda name: shutil.copytree(checkpoint(name), tmp_path / "xl-flux-sd3")


def load(folder):
    return Diffusion(weights=str(folder)).painter


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("sd15", "StableDiffusionPipeline"),
        ("sd15 of whole pictures", "StableDiffusionInpaintPipeline"),
        ("flux-fill", "FluxPipeline"),
        ("flux-inpaint", "FluxFillPipeline"),
    ],
)
def test_the_network_is_believed_and_not_the_index(copy, checkpoint, name, title):
    folder = copy(name)
    change(folder / "model_index.json", _class_name=title)
    found = recognise(folder)
    assert found.family is recognise(checkpoint(name)).family
    assert bool(found.remarks) == (name in ("sd15 of whole pictures", "flux-inpaint"))


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("DiTPipeline", "none of the families"),
        ("KandinskyV22InpaintPipeline", "the decoder alone"),
        ("QwenImageEditPipeline", "at a size of its own only"),
        ("", "none of the families"),
        (None, "none of the families"),
        (["FluxPipeline"], "none of the families"),
    ],
)
def test_a_pipeline_that_paints_no_holes_is_named(copy, title, reason):
    folder = copy("sd15")
    change(folder / "model_index.json", _class_name=title)
    with pytest.raises(ModelError, match=reason) as caught:
        recognise(folder)
    assert caught.value.code == "E_MODEL_MISSING"
    assert repr(title) in caught.value.message


@pytest.mark.parametrize(
    ("name", "part", "channels"),
    [("sd15", "unet", 8), ("sd3", "transformer", 32), ("flux-fill", "transformer", "many")],
)
def test_a_network_for_something_else_is_named(copy, name, part, channels):
    folder = copy(name)
    change(folder / part / "config.json", in_channels=channels)
    with pytest.raises(ModelError, match=f"its {part} reads {channels!r} channels"):
        recognise(folder)


def test_a_network_of_another_class_is_named(copy):
    folder = copy("sd15")
    change(folder / "unet" / "config.json", _class_name="VQModel")
    with pytest.raises(ModelError, match="its unet is a VQModel, and sd2 has a UNet2DCond"):
        recognise(folder)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_a_broken_configuration_is_named(copy, text):
    folder = copy("sd15")
    (folder / "unet" / "config.json").write_text(text)
    with pytest.raises(ModelError, match=r"its unet/config\.json cannot be read"):
        recognise(folder)


def test_an_index_that_leaves_out_a_component_is_refused(copy):
    folder = copy("sdxl")
    index = json.loads((folder / "model_index.json").read_text())
    del index["text_encoder_2"], index["vae"]
    (folder / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match="it lacks vae, text_encoder_2"):
        load(folder)


@pytest.mark.parametrize(("name", "tail"), [("sdxl", ""), ("sd3", "_3")])
def test_an_encoder_that_may_be_left_out_is_not_missed(copy, name, tail):
    folder = copy(name)
    absent = {f"text_encoder{tail}": [None, None], f"tokenizer{tail}": [None, None]}
    change(folder / "model_index.json", **absent)
    painter = load(folder)
    assert captions.readable(painter, "a red circle", hole()) == "a red circle"
    assert len(captions.readable(painter, "a red circle and " * 9, hole())) < 60


def test_channels_that_the_weights_do_not_have_are_refused(copy):
    folder = copy("sd15")
    change(folder / "unet" / "config.json", in_channels=4)
    with pytest.raises(ModelError, match="diffusers cannot load it") as caught:
        load(folder)
    assert "\n" not in caught.value.message


def test_a_component_without_its_weights_is_refused(copy):
    folder = copy("flux-fill")
    (folder / "text_encoder_2" / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="diffusers cannot load it"):
        load(folder)


def test_a_safety_checker_is_never_loaded(copy):
    """Neither looked for where the index lists it, nor loaded where it is there."""
    folder = copy("sd15")
    checker = ["stable_diffusion", "StableDiffusionSafetyChecker"]
    change(folder / "model_index.json", safety_checker=checker, requires_safety_checker=True)
    for present in (False, True):
        if present:
            (folder / "safety_checker").mkdir()
        pipeline = load(folder).pipeline
        assert pipeline.safety_checker is None


@pytest.mark.parametrize(
    ("name", "part"), [("sd15", "unet"), ("flux-fill", "transformer"), ("kandinsky22", "movq")]
)
def test_values_that_are_no_numbers_are_never_a_picture(copy, name, part):
    folder = copy(name)
    path = next((folder / part).glob("*.safetensors"))
    spoilt = {key: value * float("nan") for key, value in load_file(path).items()}
    save_file(spoilt, path, {"format": "pt"})
    with pytest.raises(ModelError, match="values that are not numbers") as caught:
        Diffusion(str(folder), steps=1).inpaint(hole())
    assert caught.value.code == "E_MODEL_OUTPUT"


@pytest.mark.parametrize("halves", [("unet", "vae", "text_encoder"), ("unet",)])
def test_weights_in_half_precision_alone_are_found(copy, halves):
    folder = copy("sd15")
    for half in halves:
        path = next((folder / half).glob("*.safetensors"))
        values = {name: value.half() for name, value in load_file(path).items()}
        save_file(values, path.with_name(f"{path.stem}.fp16.safetensors"), {"format": "pt"})
        path.unlink()
    assert recognise(folder).half
    painter = load(folder)
    assert isinstance(painter.pipeline, diffusers.StableDiffusionInpaintPipeline)


def test_whole_precision_is_taken_where_both_are_there(copy):
    folder = copy("sd15")
    path = next((folder / "unet").glob("*.safetensors"))
    shutil.copy(path, path.with_name(f"{path.stem}.fp16.safetensors"))
    assert not recognise(folder).half
