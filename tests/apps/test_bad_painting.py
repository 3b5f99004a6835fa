"""What cannot be painted: the stated code and status in one line, and nothing written."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file, save_file

from fastseg_edit import catalogue
from fastseg_edit.apps.cli import main

MASK = ["--profile", "mini", "--mask", "mask.png"]
FILL = ["fill", "photo.png", *MASK, "--with", "a red circle"]
LORA = {"unet.down_blocks.0.attentions.0.to_q.lora_A.weight": np.zeros((4, 7), np.float32)}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(4)
    photo = random.integers(90, 110, (96, 96, 3), np.uint8)
    photo[62:90, 62:90] = (220, 30, 30)
    Image.fromarray(photo).save("photo.png")
    mask = np.zeros((96, 96), bool)
    mask[30:60, 30:60] = True
    Image.fromarray(mask).save("mask.png")
    Image.fromarray(np.ones((96, 96), bool)).save("everything.png")
    Path("text.safetensors").write_text("no weights", encoding="utf-8")
    save_file(LORA, "foreign.safetensors")
    return tmp_path


def option(*settings):
    return [part for setting in settings for part in ("--model-option", setting)]


REFUSED = [
    ("no steps", [*FILL, "--steps", "0"], 2, "E_SPEC"),
    ("guidance below 0", [*FILL, "--guidance", "-1"], 2, "E_SPEC"),
    ("guidance that is no number", [*FILL, "--guidance", "nan"], 2, "E_SPEC"),
    ("no strength", [*FILL, "--strength", "0"], 2, "E_SPEC"),
    ("strength above 1", [*FILL, "--strength", "1.01"], 2, "E_SPEC"),
    ("a strength that leaves no step", [*FILL, "--steps", "3", "--strength", "0.2"], 2, "E_SPEC"),
    ("no variants", [*FILL, "--variants", "0"], 2, "E_SPEC"),
    ("no tries", [*FILL, "--verify", "0"], 2, "E_SPEC"),
    ("a scheduler that is none", [*FILL, "--scheduler", "eulre"], 2, "E_SPEC"),
    ("a negative caption without guidance", [*FILL, "--negative", "blue", "--guidance", "1"],
     2, "E_SPEC"),
    ("nothing to replace it by", ["replace", "photo.png", *MASK], 2, "E_SPEC"),
    ("nothing to fill it with", ["fill", "photo.png", *MASK, "--with", ""], 2, "E_TEXT_EMPTY"),
    ("blanks to replace it by", ["replace", "photo.png", *MASK, "--with", "  "], 2, "E_TEXT_EMPTY"),
    ("words for a model that paints none", ["fill", "photo.png", *MASK, "--with", "a red circle",
     "--model", "lama-mini"], 6, "E_MODEL_MISSING"),
    ("a word longer than can be read", ["fill", "photo.png", *MASK, "--with", "x" * 4000],
     2, "E_SPEC"),
    ("a mask of everything", ["fill", "photo.png", "--profile", "mini", "--mask",
     "everything.png", "--with", "a red circle"], 2, "E_MASK_COVERAGE"),
    ("an option that the model has not", [*FILL, *option("lorra=x")], 2, "E_SPEC"),
    ("a LoRA that is not there", [*FILL, *option("lora=none.safetensors")], 6, "E_MODEL_MISSING"),
    ("a LoRA that is a text", [*FILL, *option("lora=text.safetensors")], 6, "E_MODEL_MISSING"),
    ("a LoRA for another model", [*FILL, *option("lora=foreign.safetensors")],
     6, "E_MODEL_FAMILY"),
    ("a ControlNet that is not there", [*FILL, *option("controlnet=none", "condition=canny")],
     6, "E_MODEL_MISSING"),
    ("a condition that is none", [*FILL, *option("controlnet=sd-mini-control", "condition=cany")],
     2, "E_SPEC"),
    ("a layout without a ControlNet", [*FILL, "--keep-layout", "--model", "lama-mini"],
     6, "E_MODEL_MISSING"),
    ("a look without an adapter", [*FILL, *option("reference=photo.png")], 2, "E_SPEC"),
    ("offloading without a GPU", [*FILL, "--offload", "model"], 2, "E_SPEC"),
    ("a model that is nothing", [*FILL, "--model", "sd15-inpanting"], 2, "E_NAME"),
    ("weights that were not fetched", [*FILL, "--model", "sd15-inpainting"],
     6, "E_MODEL_MISSING"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "status", "code"),
    [case[1:] for case in REFUSED],
    ids=[case[0].replace(" ", "-") for case in REFUSED],
)
def test_it_fails_in_one_line_and_leaves_nothing(capsys, command, status, code):
    before = sorted(Path().iterdir())
    assert main(command) == status, capsys.readouterr().err
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(f"error[{code}] photo.png: "), error
    assert sorted(Path().iterdir()) == before


def damaged(part, change):
    """Copy the weights of sd-mini and change one of their files."""
    shutil.copytree(catalogue.folder("sd-mini"), "damaged")
    path = Path("damaged") / part
    change(path)
    return [*FILL, "--model", str(Path("damaged").absolute())]


def not_a_number(path):
    weights = load_file(path)
    save_file({name: each * np.float16(np.nan) for name, each in weights.items()}, path)


@pytest.mark.parametrize(
    ("part", "change", "status", "code"),
    [
        ("unet/diffusion_pytorch_model.safetensors", not_a_number, 6, "E_MODEL_OUTPUT"),
        ("unet/diffusion_pytorch_model.safetensors", Path.unlink, 6, "E_MODEL_MISSING"),
        ("vae", shutil.rmtree, 6, "E_MODEL_MISSING"),
        ("model_index.json", Path.unlink, 2, "E_NAME"),
    ],
    ids=["not-a-number", "no-network", "no-autoencoder", "no-index"],
)
def test_damaged_weights_are_never_a_result(capsys, part, change, status, code):
    command = damaged(part, change)
    before = sorted(Path().iterdir())
    assert main(command) == status
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(f"error[{code}] photo.png: "), error
    assert sorted(Path().iterdir()) == before


def test_a_long_caption_is_cut_with_a_warning(capsys):
    words = "a red circle and a blue square " * 12
    assert main(["fill", "photo.png", *MASK, "--with", words, "-o", "out.png"]) == 0
    assert "warning[W_TEXT_TRUNCATED]" in capsys.readouterr().err
    with Image.open("out.png") as after, Image.open("photo.png") as before:
        changed = (np.asarray(after) != np.asarray(before)).any(2)
    assert not changed[:30].any()
    assert changed[30:60, 30:60].any()
