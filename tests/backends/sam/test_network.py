"""Loading networks: what is refused, and with which sentence."""

import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from fastseg_edit import catalogue
from fastseg_edit.backends.sam import Sam
from fastseg_edit.codes import CODES
from fastseg_edit.errors import ModelError, SpecError

WEIGHTS, CONFIGURATION = "model.safetensors", "config.json"
GREY = np.full((30, 40, 3), 128, np.uint8)


@pytest.fixture
def folder(tmp_path):
    """A copy of sam-mini, to be damaged."""
    return shutil.copytree(catalogue.folder("sam-mini"), tmp_path / "copy")


def _rewrite(folder, before, after):
    path = folder / CONFIGURATION
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def _refused(folder, sentence, capfd):
    with pytest.raises(ModelError, match=sentence) as failure:
        Sam(weights=str(folder)).encode(GREY)
    assert failure.value.code in CODES
    assert "\n" not in failure.value.message
    assert failure.value.hint
    assert capfd.readouterr() == ("", "")


def test_a_whole_folder_loads_without_a_word(folder, capfd):
    Sam(weights=str(folder)).encode(GREY)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("left", [0, 7, 50_000])
def test_truncated_weights_are_refused(folder, left, capfd):
    path = folder / WEIGHTS
    path.write_bytes(path.read_bytes()[:left])
    _refused(folder, "copy has a model.safetensors that is missing or damaged", capfd)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [(WEIGHTS, "has a model.safetensors that is missing"), (CONFIGURATION, "has no config.json")],
)
def test_a_folder_without_one_of_its_files_is_refused(folder, file, sentence, capfd):
    (folder / file).unlink()
    _refused(folder, sentence, capfd)


def test_a_folder_that_lacks_one_weight_is_refused(folder, capfd):
    weights = load_file(folder / WEIGHTS)
    del weights["mask_decoder.iou_token.weight"]
    save_file(weights, folder / WEIGHTS, {"format": "pt"})
    _refused(folder, "lacks 1 of its weights, such as mask_decoder.iou_token.weight", capfd)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null"])
def test_a_configuration_that_is_none_is_refused(folder, text, capfd):
    (folder / CONFIGURATION).write_text(text)
    _refused(folder, "has a config.json that describes no network", capfd)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('"hidden_size": 64', '"hidden_size": "x"', "describes no network"),
        ('"hidden_act": "relu"', '"hidden_act": "nonsense"', "describes no network"),
        ('"hidden_size": 64', '"hidden_size": 32', "weights that do not fit"),
        ('"model_type": "sam2"', '"model_type": "bert"', "a network of the kind 'bert'"),
    ],
)
def test_a_configuration_of_another_network_is_refused(folder, before, after, sentence, capfd):
    _rewrite(folder, before, after)
    _refused(folder, sentence, capfd)


def test_a_file_in_place_of_a_folder_is_refused(folder, capfd):
    _refused(folder / WEIGHTS, "holds no weights of SAM or MobileSAM", capfd)


def test_a_pickle_that_is_called_safetensors_is_refused(folder, capfd):
    torch.save({"weight": torch.zeros(3)}, folder / WEIGHTS)
    _refused(folder, "has a model.safetensors that is missing or damaged", capfd)


def test_weights_of_another_network_are_refused(folder, capfd):
    other = catalogue.folder("lama-mini") / WEIGHTS
    shutil.copy(other, folder / WEIGHTS)
    _refused(folder, "lacks [0-9]+ of its weights, such as", capfd)


def test_a_device_that_does_not_exist_is_refused():
    with pytest.raises(SpecError) as failure:
        Sam(device="cuda:99").encode(GREY)
    assert failure.value.code == "E_DEVICE"


def test_the_weights_may_say_from_when_on_two_places_are_alike(folder):
    path = folder / "fastseg.json"
    path.write_text('{"alike": 0.25}')
    sam = Sam(weights=str(folder))
    assert sam.features(sam.encode(GREY)).alike == 0.25


@pytest.mark.parametrize("text", ["", "[]", '{"alike": 3}', '{"alike": "x"}', '{"unlike": 0.5}'])
def test_a_file_of_habits_that_is_none_is_refused(folder, text):
    (folder / "fastseg.json").write_text(text)
    sam = Sam(weights=str(folder))
    with pytest.raises(ModelError, match="cosine called alike"):
        sam.features(sam.encode(GREY))
