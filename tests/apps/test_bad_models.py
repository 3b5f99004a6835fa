"""Bad prompts to networks, and bad weights: the stated code and status in one line."""

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fastseg_edit import catalogue, world
from fastseg_edit.apps.cli import main

MINI = ["--profile", "mini"]
BOX = ["--box", "40,40,120,120"]


class Payload:
    """A pickle that leaves a file behind when it is read."""

    def __reduce__(self):
        return Path.touch, (Path("payload-ran"),)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scene = world.draw(world.Split.VALIDATION.seed(3), size=160)
    Image.fromarray(scene.photo).save("scene.png")
    Image.fromarray(np.full((160, 160, 3), 128, np.uint8)).save("blank.png")
    Image.fromarray(np.zeros((160, 160), np.uint8)).save("black-mask.png")
    return tmp_path


def weights(name, copy, change):
    """Copy weights of the mini pack and change one file; return a profile that uses the copy."""
    shutil.copytree(catalogue.folder(f"{name}-mini"), copy)
    change(Path(copy))
    role = {"clip": "ranker"}.get(name, "segmenter")
    profile = {
        "segmenter": {"name": "fastsam", "weights": "fastsam-mini"},
        role: {"name": name, "weights": str(copy)},
    }
    Path("profile.yaml").write_text(json.dumps(profile), encoding="utf-8")
    return ["--profile", "profile.yaml"]


def truncated(copy):
    (path,) = copy.glob("*.safetensors")
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])


def pickled(copy):
    (path,) = copy.glob("*.safetensors")
    path.unlink()
    path.write_bytes(pickle.dumps(Payload()))


def stripped(copy):
    (path,) = copy.glob("*.safetensors")
    path.unlink()


def fails(capsys, command, status, *said):
    """Run a command that has to fail in one line, and leave nothing behind."""
    before = sorted(Path().iterdir())
    assert main(command) == status
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("error[E_")
    assert all(words in error for words in said), error
    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        (["scene.png", "--text", ""], 2, "E_TEXT_EMPTY"),
        (["scene.png", "--text", "  "], 2, "E_TEXT_EMPTY"),
        (["scene.png", "--text", "a\0b"], 2, "E_TEXT_EMPTY"),
        (["scene.png", "--point", "80,80,-"], 2, "E_NO_POSITIVE"),
        (["blank.png", "--text", "a red circle"], 7, "E_NO_OBJECT"),
        (["blank.png", "--everything"], 7, "E_NO_OBJECT"),
        (["scene.png", *BOX, "--device", "cuda:31"], 2, "E_DEVICE"),
        (["scene.png", "--ref", "nowhere.png"], 5, "E_INPUT_MISSING"),
        (["scene.png", "--ref", "scene.png@black-mask.png"], 2, "E_MASK_EMPTY"),
        (["scene.png", "--ref", "scene.png@200,200,240,240"], 2, "E_BOX_EMPTY"),
        (["scene.png", "--text", "a cup", "--top", "0"], 2, "E_SPEC"),
        (["scene.png", "--text", "a cup", "--which", "some"], 2, "'some'"),
    ],
)
def test_a_prompt_that_cannot_be_answered_is_one_line(capsys, given, status, code):
    fails(capsys, ["segment", *given, *MINI], status, code)


@pytest.mark.parametrize("name", ["fastsam", "sam", "clip"])
@pytest.mark.parametrize("change", [truncated, pickled, stripped])
def test_broken_weights_are_one_line_and_run_nothing(capsys, name, change):
    profile = weights(name, "copy", change)
    prompt = ["--text", "a red circle"] if name == "clip" else BOX
    fails(capsys, ["segment", "scene.png", *prompt, *profile], 6, "E_MODEL_MISSING", "copy")
    assert not Path("payload-ran").exists()


@pytest.mark.parametrize(("name", "other"), [("fastsam", "sam"), ("sam", "clip"), ("clip", "sd")])
def test_weights_of_another_family_are_one_line(capsys, name, other):
    def foreign(copy):
        shutil.rmtree(copy)
        shutil.copytree(catalogue.folder(f"{other}-mini"), copy)

    profile = weights(name, "copy", foreign)
    prompt = ["--text", "a red circle"] if name == "clip" else BOX
    fails(capsys, ["segment", "scene.png", *prompt, *profile], 6, "E_MODEL_MISSING")


def test_weights_that_are_nowhere_come_with_the_nearest_name(capsys):
    Path("profile.yaml").write_text("segmenter: {name: sam, weights: sam-minn}", encoding="utf-8")
    command = ["segment", "scene.png", *BOX, "--profile", "profile.yaml"]
    fails(capsys, command, 6, "E_MODEL_MISSING", "'sam-mini'")


def test_weights_that_are_known_but_not_here_come_with_the_command_that_fetches_them(capsys):
    Path("profile.yaml").write_text("segmenter: {name: sam, weights: sam-vit-b}", encoding="utf-8")
    command = ["segment", "scene.png", *BOX, "--profile", "profile.yaml"]
    fails(capsys, command, 6, "E_MODEL_MISSING", "fastseg-edit models fetch sam-vit-b")


def test_a_pt_file_is_not_read_unless_it_is_trusted(capsys):
    Path("weights.pt").write_bytes(pickle.dumps(Payload()))
    for options in ("", ", allow_pickle: true"):
        Path("profile.yaml").write_text(
            f"segmenter: {{name: fastsam, weights: weights.pt{options}}}", encoding="utf-8"
        )
        command = ["segment", "scene.png", *BOX, "--profile", "profile.yaml"]
        fails(capsys, command, 6, "E_MODEL_MISSING", "weights.pt")
    assert not Path("payload-ran").exists()


def test_a_class_that_the_weights_do_not_know_comes_with_the_nearest_one(capsys):
    Path("profile.yaml").write_text(
        "{segmenter: {name: fastsam, weights: fastsam-mini},"
        " grounder: {name: yolo, weights: fastsam-mini}}",
        encoding="utf-8",
    )
    command = ["segment", "scene.png", "--text", "an objekt", "--profile", "profile.yaml"]
    fails(capsys, command, 2, "E_NAME", "'object'")
