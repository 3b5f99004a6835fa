"""Weights from a folder or a TorchScript file, and files that hold something else."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from fastseg_edit.backends.lama import Lama
from fastseg_edit.errors import ModelError


class Painter(torch.nn.Module):
    """What big-lama's file holds, in small: a program that paints every hole in one grey."""

    def forward(self, image: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return image * (1 - mask) + 0.5 * mask


class Blind(torch.nn.Module):
    """A program of another kind, which wants no mask."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image


@pytest.fixture
def scripted(tmp_path):
    def write(module):
        path = tmp_path / "model.pt"
        script(module).save(path)
        return str(path)

    return write


def script(module):
    # What torch says of its own old format, which is the one that LaMa is given away in.
    with pytest.warns(FutureWarning, match=r"torch\.jit"):
        return torch.jit.script(module)


def test_a_torchscript_file_is_loaded_too(scripted, hole):
    painted = Lama(scripted(Painter())).inpaint(hole)
    assert np.all(painted[hole.mask] == 128)


def test_a_script_that_wants_no_mask_is_named_as_foreign(scripted, hole):
    with pytest.raises(ModelError, match="does not turn a picture and a mask") as caught:
        Lama(scripted(Blind())).inpaint(hole)
    assert caught.value.code == "E_MODEL_OUTPUT"


def test_weights_that_are_nowhere_are_missed(hole):
    with pytest.raises(ModelError, match="lama-tiny"):
        Lama("lama-tiny").inpaint(hole)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_file_is_named(folder, hole, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"lack their file {name}"):
        Lama(str(folder)).inpaint(hole)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.json", "{"),
        ("config.json", "[]"),
        ("config.json", '{"depth": 3}'),
        ("config.json", '{"width": "wide"}'),
        ("config.json", '{"width": 8, "blocks": 1}'),
        ("model.safetensors", "no weights"),
    ],
)
def test_a_broken_or_foreign_folder_is_named(folder, hole, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="does not hold the weights of a LaMa network"):
        Lama(str(folder)).inpaint(hole)


def test_a_file_that_is_no_script_is_named(tmp_path, hole):
    path = tmp_path / "model.pt"
    path.write_bytes(b"no script")
    with pytest.raises(ModelError, match="is not a TorchScript file"):
        Lama(str(path)).inpaint(hole)


def test_weights_that_paint_no_numbers_are_refused(folder, hole, network):
    state = network().state_dict()
    state["decoder.3.bias"][:] = torch.nan
    save_file(state, folder / "model.safetensors")
    with pytest.raises(ModelError, match="does not turn"):
        Lama(str(folder)).inpaint(hole)
