"""Reading networks: what is refused, and with which sentence."""

import json
import pickle
from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file
from ultralytics.nn.tasks import DetectionModel

from fastseg_edit import catalogue
from fastseg_edit.backends.fastsam import FastSam
from fastseg_edit.backends.yolo import weights
from fastseg_edit.backends.yolo.library import ROOT, YAML, SegmentationModel
from fastseg_edit.backends.yolo.network import Architecture, build
from fastseg_edit.codes import CODES
from fastseg_edit.errors import ModelError, SpecError

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
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return exec, (f"open({self.path!r}, 'w').close()",)


def _hidden(trap, where, network):
    """Hide a trap in one part of a checkpoint."""
    if where == "attribute":
        network.names = {0: trap}
        return {"model": network, "train_args": {}}
    parts = {"model": network, "train_args": {}, "ema": None, where: trap}
    return trap if where == "everything" else parts


@pytest.mark.parametrize("where", ["everything", "model", "ema", "train_args", "attribute"])
@pytest.mark.parametrize("form", ["zip", "legacy", "pickle"])
def test_a_checkpoint_cannot_run_a_program(where, form, network, tmp_path):
    trace, path = tmp_path / "trace", tmp_path / "trap.pt"
    content = _hidden(_Trap(trace), where, deepcopy(network))
    if form == "pickle":
        path.write_bytes(pickle.dumps(content))
    else:
        torch.save(content, path, _use_new_zipfile_serialization=form == "zip")
    _refused(path, "is a pickle file", allow_pickle=False)
    _refused(path, "not a checkpoint of ultralytics", allow_pickle=True)
    assert not trace.exists()


def test_the_trap_would_have_run_a_program(tmp_path):
    torch.save({"model": _Trap(tmp_path / "trace")}, tmp_path / "trap.pt")
    torch.load(tmp_path / "trap.pt", weights_only=False)
    assert (tmp_path / "trace").exists()


@pytest.mark.parametrize(
    "save", [torch.save, lambda trap, path: path.write_bytes(pickle.dumps(trap))]
)
@pytest.mark.parametrize("allow_pickle", [True, False])
def test_a_pickle_that_is_called_safetensors_is_not_read(save, allow_pickle, folder):
    save(_Trap(folder / "trace"), folder / weights.WEIGHTS)
    _refused(folder, f"{weights.WEIGHTS} that cannot be read", allow_pickle)
    assert not (folder / "trace").exists()


def test_a_checkpoint_is_read_if_the_catalogue_has_its_hash(network, tmp_path, monkeypatch):
    path = tmp_path / "own.pt"
    weights.save_checkpoint(network, path)
    vouched = replace(catalogue.known()["fastsam-s"], files={"own.pt": catalogue.digest(path)})
    monkeypatch.setattr(catalogue, "known", lambda: {"vouched": vouched})
    weights.load(path, allow_pickle=False)
    with path.open("ab") as file:
        file.write(b"more")
    _refused(path, "own.pt is a pickle file")


def test_a_checkpoint_alone_in_a_folder_is_found(network, tmp_path):
    weights.save_checkpoint(network, tmp_path / "own.pt")
    loaded, _ = weights.load(tmp_path, allow_pickle=True)
    assert torch.equal(loaded.model[0].conv.weight, network.model[0].conv.weight)
    _refused(tmp_path, "own.pt is a pickle file")


def test_a_checkpoint_says_for_which_side_it_was_trained(network, tmp_path):
    torch.save({"model": network, "train_args": {"imgsz": 416}}, tmp_path / "own.pt")
    _, habits = weights.load(tmp_path / "own.pt", True, weights.Habits(640, 0.25, 0.7))
    assert habits == weights.Habits(416, 0.25, 0.7)


def test_a_network_without_masks_is_refused(tmp_path):
    described = YAML.load(ROOT / "cfg" / "models" / "v8" / "yolov8.yaml")
    described["scales"] = {"own": [0.1, 0.02, 1024]}
    boxes_only = DetectionModel({**described, "scale": "own", "nc": 2}, verbose=False)
    torch.save({"model": boxes_only}, tmp_path / "boxes.pt")
    _refused(tmp_path / "boxes.pt", "makes no masks", allow_pickle=True)


def test_a_network_for_photos_of_other_channels_is_refused(network, tmp_path):
    grey = SegmentationModel({**network.yaml, "channels": 1}, ch=1, verbose=False)
    torch.save({"model": grey}, tmp_path / "grey.pt")
    _refused(tmp_path / "grey.pt", "of 1 channels, not of 3", allow_pickle=True)


@pytest.mark.parametrize("names", [None, [], {}, {0: 3}, {0: " "}])
def test_a_network_whose_classes_have_no_names_is_refused(names, network, tmp_path):
    nameless = deepcopy(network)
    nameless.names = names
    torch.save({"model": nameless}, tmp_path / "nameless.pt")
    _refused(tmp_path / "nameless.pt", "no names", allow_pickle=True)


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.98])
def test_weights_that_are_cut_off_are_refused(kept, network, folder):
    weights.save_checkpoint(network, folder / "own.pt")
    for path in (folder / "own.pt", folder / weights.WEIGHTS):
        content = path.read_bytes()
        path.write_bytes(content[: int(kept * len(content))])
    _refused(folder / "own.pt", "is damaged", allow_pickle=True)
    _refused(folder, f"{weights.WEIGHTS} that cannot be read")


@pytest.mark.parametrize("names", [[], "cat", [1, 2], [""], {"0": "cat"}])
def test_names_that_are_no_list_of_words_are_refused(names, folder):
    configuration = {"network": SMALLEST, "names": names}
    (folder / weights.CONFIGURATION).write_text(json.dumps(configuration))
    _refused(folder, "does not describe a network")


def test_a_folder_may_name_one_of_the_librarys_sizes():
    sizes = {"base": "11/yolo11-seg", "size": "n"}
    assert build(Architecture(**sizes), ["cat"]).names == {0: "cat"}
    for wrong in ({"depth": 0.1}, {"width": 0.1}, {"size": "n", "width": 0.1}, {}):
        with pytest.raises(SpecError, match="a size, or depth and width"):
            Architecture("11/yolo11-seg", **wrong)


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
