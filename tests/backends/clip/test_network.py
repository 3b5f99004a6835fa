import json
import socket

import numpy as np
import pytest

from fastseg_edit import catalogue
from fastseg_edit.backends.clip.network import Network
from fastseg_edit.backends.clip.thresholds import Thresholds, best, shares
from fastseg_edit.errors import ModelError, PromptError

PICTURES = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), np.uint8)


@pytest.fixture
def offline(monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def change(folder, *keys, value):
    path = folder / "open_clip_config.json"
    whole = part = json.loads(path.read_text())
    for key in keys[:-1]:
        part = part[key]
    part[keys[-1]] = value
    path.write_text(json.dumps(whole))


def refused(folder):
    with pytest.raises(ModelError) as caught:
        Network.load(folder)
    assert caught.value.code == "E_MODEL_MISSING"
    return str(caught.value)


@pytest.mark.usefixtures("offline")
def test_a_published_folder_is_loaded_without_the_network(vit):
    network = Network.load(vit)
    assert network.side == 32
    assert network.of_words("a red circle").shape == (16,)


@pytest.mark.usefixtures("offline")
def test_the_shipped_model_is_loaded_without_the_network():
    network = Network.load(catalogue.folder("clip-mini"))
    assert network.of_words("a red circle").shape == (128,)


def test_features_are_float32_of_length_one(vit):
    network = Network.load(vit)
    features = np.vstack([network.of_pictures(PICTURES), network.of_words("a cat")])
    assert features.dtype == np.float32
    assert np.linalg.norm(features, axis=1) == pytest.approx(1, abs=1e-5)


def test_words_that_are_too_long_are_refused_and_not_cut_off(vit):
    network = Network.load(vit)
    network.of_words("one two three four five six seven eight nine ten")
    with pytest.raises(PromptError) as caught:
        network.of_words("one two three four five six seven eight nine ten eleven")
    assert caught.value.code == "E_SPEC"
    assert "12 tokens" in str(caught.value)


def test_the_shipped_tokenizer_refuses_words_that_are_too_long():
    network = Network.load(catalogue.folder("clip-mini"))
    network.of_words("a red circle and " * 7)
    with pytest.raises(PromptError, match="32 tokens"):
        network.of_words("a red circle and " * 8)


@pytest.mark.parametrize("words", ["", "  ", "\t\n"])
def test_blank_words_are_refused(vit, words):
    with pytest.raises(PromptError) as caught:
        Network.load(vit).of_words(words)
    assert caught.value.code == "E_TEXT_EMPTY"


def test_capitals_and_spaces_mean_nothing():
    network = Network.load(catalogue.folder("clip-mini"))
    assert np.array_equal(network.of_words("  A RED  Circle"), network.of_words("a red circle"))


def test_any_writing_can_be_read_by_the_shipped_model():
    network = Network.load(catalogue.folder("clip-mini"))
    assert np.isfinite(network.of_words("ein Größe-42-Kreis, 赤い!")).all()


def test_a_folder_without_a_configuration_is_refused(vit):
    (vit / "open_clip_config.json").unlink()
    assert "open_clip_config.json" in refused(vit)


def test_a_folder_without_weights_never_gives_a_random_model(vit):
    (vit / "open_clip_model.safetensors").unlink()
    assert "safetensors" in refused(vit)


def test_broken_weights_are_refused(vit):
    (vit / "open_clip_model.safetensors").write_bytes(b"not a model")
    refused(vit)


def test_weights_of_another_shape_are_refused_in_one_line(vit):
    change(vit, "model_cfg", "embed_dim", value=24)
    assert "\n" not in refused(vit)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"model_cfg": 3}'])
def test_a_foreign_configuration_is_refused(vit, text):
    (vit / "open_clip_config.json").write_text(text)
    refused(vit)


@pytest.mark.usefixtures("offline")
def test_a_text_model_from_the_network_is_refused(vit):
    change(vit, "model_cfg", "text_cfg", "hf_model_name", value="roberta-base")
    assert "downloaded" in refused(vit)


@pytest.mark.usefixtures("offline")
def test_a_tokenizer_that_is_missing_is_refused_and_not_downloaded(vit):
    change(vit, "model_cfg", "text_cfg", "hf_tokenizer_name", value="bert-base-uncased")
    refused(vit)


def test_weights_without_thresholds_get_a_guess(vit):
    assert Thresholds.of(vit) == Thresholds()


def test_thresholds_lie_beside_the_weights(vit):
    (vit / "fastseg.json").write_text('{"words": 0.5, "reference": 0.9}')
    assert Thresholds.of(vit) == Thresholds(words=0.5, reference=0.9)


@pytest.mark.parametrize("text", ["{", "3", '{"words": "high"}', '{"words": 2}', '{"word": 0.5}'])
def test_thresholds_that_make_no_sense_are_refused(vit, text):
    (vit / "fastseg.json").write_text(text)
    with pytest.raises(ModelError, match="thresholds"):
        Thresholds.of(vit)


def test_the_best_threshold_lies_between_what_is_there_and_what_is_not():
    assert best([0.5, 0.6, 0.7], [0.1, 0.3]) == pytest.approx(0.4, abs=0.01)
    assert shares([0.5, 0.6, 0.7], [0.1, 0.3], 0.6) == (pytest.approx(2 / 3), 1.0)


def test_one_odd_score_does_not_move_the_best_threshold():
    there = [0.05, *np.linspace(0.5, 0.7, 50)]
    assert best(there, list(np.linspace(0.1, 0.3, 50))) == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize("scores", [([], [0.1]), ([0.1], [])])
def test_a_threshold_needs_both_kinds_of_scores(scores):
    with pytest.raises(ValueError, match="what is there, and of what is not"):
        best(*scores)
