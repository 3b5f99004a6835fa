"""A hub on this machine, an empty cache, and no other network."""

import socket

import pytest
from hub_server import Hub, Repository, running
from huggingface_hub import constants

from fastseg_edit import catalogue
from fastseg_edit.hub import stream


@pytest.fixture(autouse=True)
def no_other_network(monkeypatch):
    """Fail at once if anything connects to another machine."""
    connect = socket.socket.connect

    def only_here(self, address):
        assert address[0] == "127.0.0.1", f"a test reached for {address}"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)
    # Otherwise the library asks the hub that was named when it was imported for a list of agents.
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, and none of the settings of whoever runs the tests."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(stream, "PAUSE", 0.0)
    return tmp_path / "home" / "hub"


@pytest.fixture(autouse=True)
def hub(monkeypatch):
    """A hub with the mini pack's sam-mini as `mini/sam`, and a small repository as `some/one`."""
    files = {
        "config.json": b'{"a": 1}',
        "model.safetensors": bytes(range(256)) * 40,
        "sub/more.json": b"{}",
        "pytorch_model.bin": b"a pickle",
    }
    sam = Repository.of(catalogue.folder("sam-mini"))
    repositories = {"some/one": Repository(files), "mini/sam": sam}
    with running(Hub(repositories)) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served
