"""Weights in the names and the order of their authors, as safetensors and as TorchScript."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from small_lama import published

from fastseg_edit.backends.lama import Lama
from fastseg_edit.backends.lama.network import Generator
from fastseg_edit.backends.lama.weights import load
from fastseg_edit.errors import ModelError


@pytest.fixture(scope="module")
def theirs():
    return published()


@pytest.fixture(scope="module")
def file(theirs, tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "model.safetensors"
    save_file(theirs.state_dict(), path)
    return path


@pytest.fixture
def script(tmp_path):
    def write(network):
        path = tmp_path / "big-lama.pt"
        picture, mask = torch.rand(1, 3, 64, 64), torch.zeros(1, 1, 64, 64)
        with pytest.warns(FutureWarning, match=r"torch\.jit"):
            torch.jit.trace(network, (picture, mask)).save(path)
        return path

    return write


def pictures():
    torch.manual_seed(1)
    image, mask = torch.rand(1, 3, 48, 72), torch.zeros(1, 1, 48, 72)
    mask[..., 10:30, 20:50] = 1
    return image, mask


def test_the_published_weights_paint_what_the_published_network_paints(theirs, file):
    with torch.inference_mode():
        ours, wanted = load(str(file))(*pictures()), theirs(*pictures())
    assert torch.allclose(ours, wanted, atol=1e-5), float((ours - wanted).abs().max())


def test_a_folder_with_them_needs_no_configuration(file):
    assert load(str(file.parent)).configuration.blocks == 2


def test_the_program_of_the_authors_is_taken_apart_and_paints_the_same(theirs, script):
    network = load(str(script(theirs)))
    assert isinstance(network, Generator)
    with torch.inference_mode():
        assert torch.allclose(network(*pictures()), theirs(*pictures()), atol=1e-5)


class Inverted(torch.nn.Module):
    """Another program with the same names in it."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image, mask):
        return 1 - self.model(image, mask)


def test_a_program_that_does_something_else_with_them_runs_as_it_is(theirs, script):
    assert not isinstance(load(str(script(Inverted(theirs)))), Generator)


def test_published_weights_without_one_of_them_are_named(theirs, tmp_path, hole):
    state = theirs.state_dict()
    del state["generator.model.5.conv1.ffc.convg2l.weight"]
    save_file(state, tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match="does not hold the weights of a LaMa network"):
        Lama(str(tmp_path)).inpaint(hole)


def test_a_hole_is_painted_with_them(file, hole):
    painted = Lama(str(file)).inpaint(hole)
    assert np.array_equal(painted[~hole.mask], hole.image[~hole.mask])
    assert not np.array_equal(painted[hole.mask], hole.image[hole.mask])
