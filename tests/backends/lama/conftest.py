"""A tiny network with random weights, and a hole to paint."""

import json

import pytest
import torch
from safetensors.torch import save_file

from fastseg_edit.backends.lama.network import Configuration, Generator
from fastseg_edit.protocols import Hole

TINY = {"width": 4, "halvings": 3, "blocks": 1, "residual": False}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def network():
    def build(**changes):
        torch.manual_seed(0)
        return Generator(Configuration(**TINY | changes)).eval()

    return build


@pytest.fixture
def folder(tmp_path, network):
    save_file(network().state_dict(), tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps(TINY), encoding="utf-8")
    return tmp_path


@pytest.fixture
def hole(photo, square):
    return Hole(photo, square)
