"""What a ControlNet is shown holds what it should, and nothing of what is not to be looked at."""

import numpy as np
import pytest
import torch
import transformers
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from fastseg_edit.backends.diffusion.additions import conditions
from fastseg_edit.backends.diffusion.additions.depth import Depth
from fastseg_edit.errors import ModelError

CPU = torch.device("cpu")


def photo(seed, size=(48, 40)):
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)


def square(size=(48, 40)):
    mask = np.zeros(size, bool)
    mask[12:30, 10:28] = True
    return mask


@given(st.integers(0, 99))
def test_what_is_masked_is_blotted_out_and_the_rest_stays(seed):
    image, mask = photo(seed), square()
    shown = conditions.of_surroundings(image, mask)
    assert shown.dtype == np.float32
    assert (shown[mask] == -1).all()
    assert np.array_equal(np.rint(shown[~mask] * 255), image[~mask])


@given(st.integers(0, 99), st.integers(100, 199))
def test_edges_tell_nothing_of_what_is_hidden(seed, other):
    image, mask = photo(seed), square()
    changed = np.where(mask[..., None], photo(other), image)
    edges = conditions.of_edges(image, mask)
    assert not edges[mask].any()
    assert edges[:4].any()
    seen = conditions.of_edges(changed, mask)
    far = np.ones_like(mask)
    far[6:36, 4:34] = False  # edges are followed from pixel to pixel, also around a hole
    assert (edges == seen)[far].mean() > 0.9


def test_edges_are_where_the_colour_changes():
    image = np.zeros((32, 32, 3), np.uint8)
    image[:, 16:] = 255
    edges = conditions.of_edges(image, None)
    assert edges[:, 14:18].any(axis=1).all()
    assert not edges[:, :12].any()
    assert not edges[:, 20:].any()
    assert set(np.unique(edges)) == {0, 1}


@given(st.integers(0, 99))
def test_a_draft_keeps_its_colours_and_loses_its_detail(seed):
    image = photo(seed)
    shown = conditions.of_draft(image)
    assert shown.shape == image.shape
    assert abs(shown.mean() - image.mean() / 255) < 0.02
    assert np.abs(np.diff(shown, axis=1)).mean() < np.abs(np.diff(image / 255, axis=1)).mean() / 3


@pytest.fixture(scope="module")
def depths(tmp_path_factory):
    """Return the folder of a network that tells depth, with random weights."""
    folder = tmp_path_factory.mktemp("depth")
    sizes = {
        "hidden_size": 16,
        "num_hidden_layers": 4,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "image_size": 32,
        "patch_size": 8,
        "backbone_out_indices": [0, 1, 2, 3],
        "neck_hidden_sizes": [4, 4, 4, 4],
        "fusion_hidden_size": 4,
        "reassemble_factors": [4, 2, 1, 0.5],
        "is_hybrid": False,
    }
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = transformers.DPTForDepthEstimation(transformers.DPTConfig(**sizes))
        network.head.head[4].weight.data.mul_(50)
        network.head.head[4].bias.data.fill_(1)  # or it would see nothing near
    network.save_pretrained(folder)
    transformers.DPTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


@torch.inference_mode()
def test_depth_spans_black_and_white_and_goes_on_over_what_is_hidden(depths):
    depth, image, mask = Depth.load(str(depths), CPU), photo(1), square()
    whole = depth.picture(image, None)
    assert whole.shape == image.shape
    assert (whole.min(), whole.max()) == (0, 1)
    hidden = depth.picture(image, mask)
    assert np.array_equal(hidden[~mask], whole[~mask])
    assert not np.array_equal(hidden[mask], whole[mask])


def test_a_folder_that_tells_no_depth_is_refused(depths, tmp_path):
    with pytest.raises(ModelError, match="has no config") as caught:
        Depth.load(str(tmp_path), CPU)
    assert caught.value.code == "E_MODEL_MISSING"
    (tmp_path / "config.json").write_bytes((depths / "config.json").read_bytes())
    with pytest.raises(ModelError, match=r"no preprocessor_config\.json that can be used"):
        Depth.load(str(tmp_path), CPU)


@torch.inference_mode()
def test_depth_that_is_no_number_is_refused(depths, tmp_path):
    for path in depths.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "model.safetensors"
    held = load_file(path)
    save_file(
        {name: values * float("nan") for name, values in held.items()}, path, {"format": "pt"}
    )
    with pytest.raises(ModelError, match="values that are not numbers") as caught:
        Depth.load(str(tmp_path), CPU).picture(photo(1), None)
    assert caught.value.code == "E_MODEL_OUTPUT"
