"""Reading networks: what is refused, and with which sentence."""

import json

import pytest
import torch
from safetensors.torch import save_file

from fastseg_edit.backends.fastsam import FastSam
from fastseg_edit.backends.yolo import weights
from fastseg_edit.backends.yolo.network import Architecture, build
from fastseg_edit.errors import CODES, ModelError

SMALLEST = {"base": "v8/yolov8-seg", "depth": 0.1, "width": 0.02}


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return build(Architecture(**SMALLEST)).eval()


@pytest.fixture
def folder(network, tmp_path):
    save_file(dict(network.state_dict()), tmp_path / weights.WEIGHTS)
    configuration = {"network": SMALLEST, "side": 64, "confidence": 0.1, "overlap": 0.5}
    (tmp_path / weights.CONFIGURATION).write_text(json.dumps(configuration))
    return tmp_path


def _refused(path, sentence, allow_pickle=False):
    with pytest.raises(ModelError, match=sentence) as failure:
        weights.load(path, allow_pickle)
    assert failure.value.code in CODES
    assert "\n" not in failure.value.message
    assert failure.value.hint


def test_a_folder_gives_the_network_that_was_saved(folder, network):
    loaded, habits = weights.load(folder, allow_pickle=False)
    before, after = network.state_dict(), loaded.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert habits == weights.Habits(64, 0.1, 0.5)
    assert not loaded.training


def test_a_checkpoint_gives_the_network_that_was_saved(network, tmp_path):
    path = tmp_path / "own.pt"
    weights.save_checkpoint(network, path)
    loaded, habits = weights.load(path, allow_pickle=True)
    before, after = network.state_dict(), loaded.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert habits == weights.Habits()


def test_a_checkpoint_is_not_read_unless_that_is_allowed(tmp_path):
    path = tmp_path / "own.pt"
    path.write_bytes(b"never opened")
    _refused(path, "own.pt is a pickle file")


class _Trap:
    def __reduce__(self):
        return exec, ("raise SystemExit('a program ran')",)


def test_a_checkpoint_cannot_run_a_program(tmp_path):
    torch.save({"model": _Trap()}, tmp_path / "trap.pt")
    _refused(tmp_path / "trap.pt", "not a checkpoint of ultralytics", allow_pickle=True)


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\x03\x04" + bytes(60)])
def test_a_broken_checkpoint_is_refused(content, tmp_path):
    (tmp_path / "broken.pt").write_bytes(content)
    _refused(tmp_path / "broken.pt", "not a checkpoint of ultralytics", allow_pickle=True)


@pytest.mark.parametrize("stored", [{}, {"model": None}, {"model": torch.nn.Linear(1, 1)}, [1]])
def test_a_checkpoint_of_something_else_is_refused(stored, tmp_path):
    torch.save(stored, tmp_path / "other.pt")
    _refused(tmp_path / "other.pt", "other.pt", allow_pickle=True)


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "weights.onnx"
    path.write_bytes(b"")
    _refused(path, "neither a folder nor a .pt file")


@pytest.mark.parametrize("file", [weights.WEIGHTS, weights.CONFIGURATION])
def test_a_folder_that_lacks_a_file_is_refused(file, folder):
    (folder / file).unlink()
    _refused(folder, f"has no {weights.CONFIGURATION} or no {weights.WEIGHTS}")


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, bytes(100)])
def test_broken_weights_are_refused(content, folder):
    (folder / weights.WEIGHTS).write_bytes(content)
    _refused(folder, f"{weights.WEIGHTS} that cannot be read")


def test_weights_of_another_network_are_refused(folder):
    save_file({"layer": torch.zeros(3)}, folder / weights.WEIGHTS)
    _refused(folder, "of another network")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"network": {}}',
        '{"network": 3}',
        '{"network": {"base": "../../../secret", "depth": 0.1, "width": 0.1}}',
        '{"network": {"base": "v8/yolov8-seg", "depth": 0.1, "width": 0.02}, "colour": 1}',
        '{"network": {"base": "v8/yolov8-seg", "depth": 0.1, "width": 0.02}, "side": "wide"}',
        "\xff",
    ],
)
def test_a_broken_configuration_is_refused(text, folder):
    (folder / weights.CONFIGURATION).write_bytes(text.encode("latin-1"))
    _refused(folder, "does not describe a network")


def test_missing_weights_are_reported_on_first_use(photo):
    segmenter = FastSam("no-such-weights")
    with pytest.raises(ModelError, match="no-such-weights") as failure:
        segmenter.encode(photo)
    assert failure.value.code == "E_MODEL_MISSING"
