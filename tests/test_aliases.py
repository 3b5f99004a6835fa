"""What a model may be called by."""

import json
from pathlib import Path

import pytest

from fastseg_edit import aliases, catalogue, mini, models, profiles, registry
from fastseg_edit.errors import SpecError, UnknownNameError

WEIGHTS = Path(mini.__file__).parent / "weights"


@pytest.mark.parametrize("kind", registry.KINDS[1:])
def test_a_registered_name_stands_for_itself(kind):
    for name in registry.names(kind):
        assert aliases.resolved(kind, name) == (name, {})


def test_weights_of_the_catalogue_stand_for_the_model_that_loads_them():
    for name, entry in catalogue.known().items():
        if entry.role in registry.KINDS and name not in registry.names(entry.role):
            assert aliases.resolved(entry.role, name) == (entry.family, {"weights": name})


@pytest.mark.parametrize(
    ("kind", "weights", "model"),
    [
        ("inpainter", "sd-mini", "diffusion"),
        ("inpainter", "lama-mini", "lama"),
        ("segmenter", "fastsam-mini", "fastsam"),
        ("segmenter", "sam-mini", "sam"),
    ],
)
def test_a_folder_stands_for_the_model_that_its_files_are_of(kind, weights, model):
    folder = str(WEIGHTS / weights)
    assert aliases.resolved(kind, folder) == (model, {"weights": folder})


@pytest.mark.parametrize(
    ("kind", "name", "model"),
    [
        ("inpainter", "own.safetensors", "diffusion"),
        ("inpainter", "big.pt", "lama"),
        ("segmenter", "FastSAM-x.pt", "fastsam"),
        ("segmenter", "sam_vit_h.pth", "sam"),
    ],
)
def test_a_file_stands_for_the_model_that_loads_such_files(
    tmp_path, monkeypatch, kind, name, model
):
    monkeypatch.chdir(tmp_path)
    Path(name).touch()
    assert aliases.resolved(kind, name) == (model, {"weights": name})


@pytest.mark.parametrize(
    "name", ["owner/name", "owner/name@v2", "owner/name@0123:model.safetensors"]
)
def test_a_repository_of_a_hub_is_taken_as_it_is_named(name):
    assert aliases.resolved("inpainter", name) == ("diffusion", {"weights": name})


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("inpainter", "examplar", "'exemplar'"),
        ("inpainter", "sd15-inpaintng", "'sd15-inpainting'"),
        ("inpainter", "clip-mini", "weights of a ranker"),
        ("segmenter", "fastsam-mni", "'fastsam-mini'"),
        ("inpainter", "nowhere.safetensors", "no inpainter is called"),
        ("inpainter", str(WEIGHTS), "it cannot be told"),
        ("inpainter", "a\0b", "no inpainter is called"),
    ],
)
def test_what_stands_for_nothing_is_refused_with_the_nearest_of_all_names(kind, name, told):
    with pytest.raises(UnknownNameError) as caught:
        aliases.resolved(kind, name)
    assert caught.value.code == "E_NAME"
    assert told in str(caught.value)


def test_profiles_and_specs_take_such_names(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(json.dumps({"inpainter": {"name": "sd-mini", "steps": 3}}))
    spec = profiles.load(path).model("inpainter")
    model = models.get("inpainter", spec)
    assert (model.weights, model.steps) == ("sd-mini", 3)
    assert models.get("inpainter", {"name": "diffusion", "weights": "sd-mini", "steps": 3}) is model
    with pytest.raises(SpecError, match="and so are"):
        profiles.check("inpainter", {"name": "sd-mini", "weights": "sd-mini"})
