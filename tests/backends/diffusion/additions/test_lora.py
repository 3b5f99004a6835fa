"""LoRAs change what is painted, as much as is asked for, or are refused."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from small_additions import kohya, lora
from small_diffusion import hole

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.backends.diffusion.additions.lora import split
from fastseg_edit.errors import ModelError, SpecError

# Euler's scheduler hands numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

NAMES = ("sd15", "sdxl", "sd3", "flux-fill", "flux-inpaint", "qwen-image", "z-image")


def painter(checkpoint, name, *loras):
    return Diffusion(str(checkpoint(name)), steps=2, lora=loras)


@pytest.fixture
def trained(checkpoint, tmp_path):
    """Return the file of a LoRA for a tiny checkpoint, by the checkpoint's name."""

    def named(name, save=lora, **options):
        loaded = painter(checkpoint, name).painter
        part = loaded.family.part
        if save is lora:
            options = {"prefix": part} | options
        return save(tmp_path / f"{part}.safetensors", getattr(loaded.pipeline, part), **options)

    return named


@pytest.mark.parametrize("name", NAMES)
def test_a_lora_counts_as_much_as_is_asked_for(checkpoint, trained, name):
    path = trained(name)
    plain, none, all_of_it = (
        painter(checkpoint, name, *said).inpaint(hole()).astype(int)
        for said in ((), (f"{path}@0",), (str(path),))
    )
    assert np.abs(none - plain).max() <= 1
    assert (all_of_it != plain).any()
    loaded = painter(checkpoint, name, str(path)).painter
    assert not loaded.remarks or "holes" in loaded.remarks[0]
    network = getattr(loaded.pipeline, loaded.family.part)
    assert not any("lora" in name for name, _ in network.named_parameters())


def test_a_lora_adds_the_product_of_its_matrices(checkpoint, trained):
    path = trained("sd15")
    held = load_file(path)
    stem = next(iter(held)).removesuffix(".lora_A.weight").removesuffix(".lora_B.weight")
    change = held[f"{stem}.lora_B.weight"] @ held[f"{stem}.lora_A.weight"]
    before, after = (
        painter(checkpoint, "sd15", *said).painter.pipeline.unet.get_parameter(
            f"{stem.removeprefix('unet.')}.weight"
        )
        for said in ((), (f"{path}@0.5",))
    )
    assert torch.allclose(after - before, change / 2, atol=1e-5)


def test_several_loras_add_up(checkpoint, trained):
    path = trained("sd15")
    halves, whole = (
        painter(checkpoint, "sd15", *said).inpaint(hole()).astype(int)
        for said in ((f"{path}@0.5", f"{path}@0.5"), (str(path),))
    )
    assert np.abs(halves - whole).max() <= 1


def test_a_folder_with_one_file_will_do(checkpoint, trained):
    path = trained("sd15")
    pictures = [painter(checkpoint, "sd15", str(p)).inpaint(hole()) for p in (path, path.parent)]
    assert np.array_equal(*pictures)


def test_the_names_of_another_trainer_are_read(checkpoint, trained):
    path = trained("sd15", kohya)
    pictures = [painter(checkpoint, "sd15", *said).inpaint(hole()) for said in ((), (str(path),))]
    assert not np.array_equal(*pictures)


def test_what_fits_in_part_is_said(checkpoint, trained):
    path = trained("sd15")
    held = load_file(path)
    for letter in "AB":
        key = f"down_blocks.7.attentions.0.to_q.lora_{letter}.weight"
        held[f"unet.{key}"] = torch.ones(2, 2)
    save_file(held, path)
    (remark,) = painter(checkpoint, "sd15", str(path)).remarks
    assert f"of the {len(held) // 2} places" in remark
    assert f"{len(held) // 2 - 1} exist" in remark


def test_what_is_left_out_of_a_dora_is_said(checkpoint, trained):
    path = trained("sd15", kohya)
    held = load_file(path)
    stem = min(held).partition(".")[0]
    save_file(held | {f"{stem}.dora_scale": torch.ones(2)}, path)
    (remark,) = painter(checkpoint, "sd15", str(path)).remarks
    assert "is a DoRA" in remark


@pytest.mark.parametrize(
    ("trained_for", "weights"),
    [("sdxl", "sd15"), ("sd15", "sdxl"), ("z-image", "sd3"), ("sd15", "flux-fill")],
)
def test_a_lora_for_another_family_is_refused(checkpoint, trained, trained_for, weights):
    path = trained(trained_for)
    with pytest.raises(ModelError, match=f"does not fit weights of {weights}") as caught:
        painter(checkpoint, weights, str(path)).inpaint(hole())
    assert caught.value.code == "E_MODEL_FAMILY"
    assert "\n" not in caught.value.message


def test_what_is_no_lora_is_refused(checkpoint, tmp_path):
    save_file({"weight": torch.ones(2)}, tmp_path / "other.safetensors")
    (tmp_path / "broken.safetensors").write_bytes(b"no tensors")
    (tmp_path / "old.pt").write_bytes(b"a pickle")
    (tmp_path / "empty").mkdir()
    for name, reason in {
        "other.safetensors": "holds no weights of a LoRA",
        "broken.safetensors": "not a whole file",
        "old.pt": "must be safetensors",
        "empty": "without a file of safetensors",
        "nowhere.safetensors": "neither in the catalogue nor a path",
    }.items():
        with pytest.raises(ModelError, match=reason) as caught:
            painter(checkpoint, "sd15", str(tmp_path / name)).inpaint(hole())
        assert caught.value.code == "E_MODEL_MISSING"


def test_a_folder_of_several_is_refused(checkpoint, tmp_path):
    for name in "ab":
        save_file({"weight": torch.ones(2)}, tmp_path / f"{name}.safetensors")
    with pytest.raises(SpecError, match=r"a folder of 2 files: a\.safetensors, b\.safetensors"):
        painter(checkpoint, "sd15", str(tmp_path)).inpaint(hole())


def test_values_that_are_no_numbers_are_refused(checkpoint, trained):
    path = trained("sd15")
    held = load_file(path)
    held[min(held)] *= float("nan")
    save_file(held, path)
    with pytest.raises(ModelError, match="values that are not numbers"):
        painter(checkpoint, "sd15", str(path)).inpaint(hole())


def test_a_family_without_loras_says_so(checkpoint, trained):
    path = trained("sd15")
    with pytest.raises(SpecError, match="kandinsky22 cannot use a LoRA"):
        painter(checkpoint, "kandinsky22", str(path)).inpaint(hole())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("style", ("style", 1.0)),
        ("style@0.8", ("style", 0.8)),
        ("a/b@main", ("a/b@main", 1.0)),
        ("a/b@main@-1", ("a/b@main", -1.0)),
    ],
)
def test_what_follows_the_last_at_is_a_strength_if_it_is_a_number(said, meant):
    assert split(said) == meant


@pytest.mark.parametrize("said", ["style@80", "style@-6", "style@nan", "style@inf"])
def test_a_strength_out_of_range_is_refused_at_once(said):
    with pytest.raises(SpecError, match="strength of a LoRA must be from -5 to 5"):
        Diffusion(lora=said)
