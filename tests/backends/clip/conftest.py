"""A tiny model of random weights, in the layout in which open_clip publishes its models."""

import json

import open_clip
import pytest
import torch
from safetensors.torch import save_file

MODEL = {
    "embed_dim": 16,
    "vision_cfg": {
        "image_size": 32,
        "layers": 1,
        "width": 32,
        "head_width": 16,
        "patch_size": 16,
    },
    "text_cfg": {
        "context_length": 12,
        "vocab_size": 49408,
        "width": 8,
        "heads": 2,
        "layers": 1,
    },
}
PREPROCESS = {"mean": [0.48, 0.46, 0.41], "std": [0.27, 0.26, 0.28]}


@pytest.fixture(scope="session")
def vit_state():
    torch.manual_seed(0)
    return open_clip.CLIP(**MODEL).state_dict()


@pytest.fixture
def vit(tmp_path, vit_state):
    """A folder with a vision transformer and CLIP's own tokenizer."""
    configuration = {"model_cfg": MODEL, "preprocess_cfg": PREPROCESS}
    (tmp_path / "open_clip_config.json").write_text(json.dumps(configuration))
    save_file(vit_state, tmp_path / "open_clip_model.safetensors")
    return tmp_path
