"""Loading detectors: what is refused, and with which sentence."""

import pickle
import shutil

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from fastseg_edit import Text
from fastseg_edit.backends.grounding import Grounding
from fastseg_edit.backends.grounding.network import FAMILIES
from fastseg_edit.errors import ModelError

WEIGHTS, CONFIGURATION, PICTURES = "model.safetensors", "config.json", "preprocessor_config.json"
GREY = np.full((30, 40, 3), 128, np.uint8)


class Payload:
    """A pickle that would leave a file behind if it were read."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return open, (str(self.trace), "w")


def refused(folder, sentence, capfd):
    with pytest.raises(ModelError, match=sentence) as failure:
        Grounding(weights=str(folder), threshold=0).ground(GREY, Text("a red cup"))
    assert failure.value.code == "E_MODEL_MISSING"
    assert "\n" not in failure.value.message
    assert failure.value.hint
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_whole_folder_loads_without_a_word(folders, family, capfd):
    Grounding(weights=str(folders / family), threshold=0).ground(GREY, Text("a red cup"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("left", [0, 7, 20_000])
def test_truncated_weights_are_refused(copy, family, left, capfd):
    path = copy(family) / WEIGHTS
    path.write_bytes(path.read_bytes()[:left])
    refused(path.parent, "copy has a model.safetensors that is missing or damaged", capfd)


def test_a_pickle_is_never_read(copy, tmp_path, capfd):
    folder, trace = copy("owlv2"), tmp_path / "trace"
    (folder / WEIGHTS).write_bytes(pickle.dumps(Payload(trace)))
    shutil.copy(folder / WEIGHTS, folder / "pytorch_model.bin")
    refused(folder, "missing or damaged", capfd)
    (folder / WEIGHTS).unlink()
    refused(folder, "missing or damaged", capfd)
    assert not trace.exists()
    pickle.loads((folder / "pytorch_model.bin").read_bytes()).close()
    assert trace.exists()  # the payload works, so the above shows something


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (WEIGHTS, "model.safetensors that is missing"),
        (CONFIGURATION, "has no config.json"),
        (PICTURES, "preprocessor_config.json that is missing"),
        ("tokenizer.json", "has neither tokenizer.json nor vocab"),
    ],
)
def test_a_folder_without_one_of_its_files_is_refused(copy, family, file, sentence, capfd):
    folder = copy(family)
    (folder / file).unlink()
    refused(folder, sentence, capfd)


@pytest.mark.parametrize("file", [PICTURES, "tokenizer.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_file_of_nonsense_is_refused(copy, file, text, capfd):
    folder = copy("grounding-dino")
    (folder / file).write_text(text)
    refused(folder, "damaged", capfd)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null"])
def test_a_configuration_that_is_none_is_refused(copy, text, capfd):
    folder = copy("owlv2")
    (folder / CONFIGURATION).write_text(text)
    refused(folder, "has a config.json that describes no network", capfd)


def test_weights_of_another_family_are_refused(copy, folders, capfd):
    folder = copy("grounding-dino")
    shutil.copy(folders / "owlv2" / WEIGHTS, folder / WEIGHTS)
    refused(folder, r"lacks \d+ of its weights, such as", capfd)


def test_a_configuration_of_another_family_is_refused(rewritten, capfd):
    refused(rewritten("owlv2", model_type="bert"), "a network of the kind 'bert'", capfd)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"d_model": "x"}, "describes no network"),
        ({"activation_function": "nonsense"}, "describes no network"),
        ({"d_model": 64}, "weights that do not fit"),
        ({"backbone_config": None, "backbone": "resnet50"}, "backbone that would be downloaded"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(rewritten, entries, sentence, capfd):
    refused(rewritten("grounding-dino", **entries), sentence, capfd)


def test_a_folder_that_lacks_one_weight_is_refused(copy, capfd):
    folder = copy("grounding-dino")
    weights = load_file(folder / WEIGHTS)
    name = "input_proj_vision.0.0.weight"
    name = next(each for each in weights if each.endswith(name))
    del weights[name]
    save_file(weights, folder / WEIGHTS, {"format": "pt"})
    refused(folder, f"lacks 1 of its weights, such as {name}", capfd)


def test_pictures_of_another_size_are_refused(copy, capfd):
    folder = copy("owlv2")
    path = folder / PICTURES
    path.write_text(path.read_text().replace("64", "96"))
    refused(folder, "preprocessor_config.json that does not fit", capfd)


def test_a_tokenizer_of_more_words_than_the_network_knows_is_refused(copy, folders, capfd):
    folder = copy("owlv2")
    text = (folders / "owlv2" / "tokenizer.json").read_text()
    (folder / "tokenizer.json").write_text(text.replace('"vocab": {', '"vocab": {"zebra</w>": 99,'))
    refused(folder, "has a tokenizer of 56 tokens for a network that knows 55", capfd)


def test_a_file_in_place_of_a_folder_is_refused(folders, capfd):
    refused(folders / "owlv2" / WEIGHTS, "has no config.json", capfd)
