"""Weights of SAM 3 that are missing, broken, or of something else."""

import json

import numpy as np
import pytest
import small_sam
import torch
from safetensors.torch import load_file, save_file

from fastseg_edit.backends.sam3 import Sam3
from fastseg_edit.errors import ModelError
from fastseg_edit.prompt import Text

PHOTO = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
WEIGHTS, CONFIGURATION = "model.safetensors", "config.json"


def _refused(folder, sentence, capfd, code="E_MODEL_MISSING"):
    with pytest.raises(ModelError, match=sentence) as failure:
        Sam3(weights=str(folder)).ground(PHOTO, Text("red"))
    assert failure.value.code == code
    assert "\n" not in str(failure.value)
    assert failure.value.hint
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_missing_is_refused(copy, capfd):
    (copy / "tokenizer.json").rename(copy / "elsewhere.json")
    _refused(copy, "neither tokenizer.json nor vocab.json", capfd)
    (copy / "tokenizer.json").write_text("{}")
    _refused(copy, "tokenizer that is damaged", capfd)
    (copy / WEIGHTS).unlink()
    _refused(copy, "model.safetensors that is missing", capfd)
    (copy / CONFIGURATION).unlink()
    _refused(copy, "has no config.json", capfd)


@pytest.mark.parametrize("left", [0, 7, 50_000])
def test_truncated_weights_are_refused(copy, left, capfd):
    (copy / WEIGHTS).write_bytes((copy / WEIGHTS).read_bytes()[:left])
    _refused(copy, "model.safetensors that is missing or damaged", capfd)


def test_a_pickle_that_is_called_safetensors_is_refused(copy, capfd):
    (copy / WEIGHTS).unlink()
    torch.save({"weight": torch.zeros(3)}, copy / WEIGHTS)
    _refused(copy, "model.safetensors that is missing or damaged", capfd)


def test_weights_that_do_not_fit_are_refused(copy, capfd):
    stored = load_file(copy / WEIGHTS)
    stored = {name: weight.clone() for name, weight in stored.items()}
    first = "detr_decoder.query_embed.weight"
    (copy / WEIGHTS).unlink()
    save_file({**stored, first: torch.zeros(5, 16)}, copy / WEIGHTS, {"format": "pt"})
    _refused(copy, "weights that do not fit", capfd)
    del stored[first]
    (copy / WEIGHTS).unlink()
    save_file(stored, copy / WEIGHTS, {"format": "pt"})
    _refused(copy, f"lacks 1 of its weights, such as {first}", capfd)


def test_weights_that_are_no_numbers_are_told(copy, capfd):
    stored = {name: weight.clone() for name, weight in load_file(copy / WEIGHTS).items()}
    stored["dot_product_scoring.query_proj.weight"][...] = torch.nan
    (copy / WEIGHTS).unlink()
    save_file(stored, copy / WEIGHTS, {"format": "pt"})
    _refused(copy, "not numbers", capfd, "E_MODEL_OUTPUT")


def test_another_family_is_refused(copy, capfd):
    read = json.loads((copy / CONFIGURATION).read_text())
    (copy / CONFIGURATION).write_text(json.dumps({**read, "model_type": "sam"}))
    _refused(copy, "a network of the kind 'sam'", capfd)


def test_a_tokenizer_of_another_network_is_refused(copy, capfd):
    tokenizer = small_sam.tokenizer()
    tokenizer.add_tokens([f"word{number}" for number in range(300)])
    tokenizer.save_pretrained(copy)
    _refused(copy, "a tokenizer of 356 tokens for a network that knows 300", capfd)
