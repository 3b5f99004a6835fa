"""Tiny detectors of random weights, in the layout in which they are published."""

import json
import shutil
from functools import cache

import pytest
import torch
from transformers import (
    BertConfig,
    BertTokenizer,
    CLIPTokenizer,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    GroundingDinoImageProcessor,
    MMGroundingDinoConfig,
    MMGroundingDinoForObjectDetection,
    Owlv2Config,
    Owlv2ForObjectDetection,
    Owlv2ImageProcessor,
    OwlViTConfig,
    OwlViTForObjectDetection,
    OwlViTImageProcessor,
    SwinConfig,
)

from fastseg_edit.backends.grounding import Grounding

SIDE = 64  # of what OWL sees

_DINO = {
    "grounding-dino": (GroundingDinoConfig, GroundingDinoForObjectDetection),
    "mm-grounding-dino": (MMGroundingDinoConfig, MMGroundingDinoForObjectDetection),
}
_OWL = {
    "owlv2": (Owlv2Config, Owlv2ForObjectDetection, Owlv2ImageProcessor),
    "owlvit": (OwlViTConfig, OwlViTForObjectDetection, OwlViTImageProcessor),
}
FAMILIES = (*_DINO, *_OWL)


def _save_bert(folder):
    """Save a vocabulary in which the special tokens have the numbers that the network expects."""
    words = [f"[unused{number}]" for number in range(1040)]
    words[0] = "[PAD]"
    words[100:104] = ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words[1012], words[1029], words[1010] = ".", "?", ","
    words[200:206] = ["a", "red", "cup", "blue", "dog", "##s"]
    BertTokenizer(
        {word: number for number, word in enumerate(words)}, model_max_length=256
    ).save_pretrained(folder)


def _dino_configuration(configuration_class):
    return configuration_class(
        backbone_config=SwinConfig(
            image_size=64,
            embed_dim=8,
            depths=[1, 1, 1, 1],
            num_heads=[1, 1, 2, 2],
            window_size=4,
            out_indices=[2, 3, 4],
        ),
        text_config=BertConfig(
            vocab_size=1040,
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
        ),
        d_model=32,
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        num_queries=12,
    )


def _dino(folder, family):
    configuration_class, model_class = _DINO[family]
    model = model_class(_dino_configuration(configuration_class))
    # So that scores lie about one half, and not at 1 - 1e-7.
    torch.nn.init.constant_(model.model.decoder.layer_norm.weight, 0.1)
    model.save_pretrained(folder)
    size = {"shortest_edge": 96, "longest_edge": 160}
    GroundingDinoImageProcessor(size=size).save_pretrained(folder)
    _save_bert(folder)


def _save_clip(folder):
    letters = [chr(number) for number in range(ord("a"), ord("z") + 1)]
    ends = [f"{letter}</w>" for letter in letters]
    words = ["!", *letters, *ends, "<|startoftext|>", "<|endoftext|>"]
    CLIPTokenizer(
        {word: number for number, word in enumerate(words)}, [], pad_token="!", model_max_length=16
    ).save_pretrained(folder)
    return len(words)


def _owl(folder, family):
    configuration_class, model_class, pictures_class = _OWL[family]
    count = _save_clip(folder)
    layers = {"num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    configuration = configuration_class(
        text_config={
            "vocab_size": count,
            "hidden_size": 16,
            "bos_token_id": count - 2,
            "eos_token_id": count - 1,
            **layers,
        },
        vision_config={"hidden_size": 24, "image_size": SIDE, "patch_size": 16, **layers},
        projection_dim=16,
    )
    model = model_class(configuration)
    # The library draws these from N(0, 1), and every box would be as large as the photo or nothing.
    heads = (model.box_head.dense2, model.class_head.logit_shift, model.class_head.logit_scale)
    for head in heads:
        torch.nn.init.normal_(head.weight, std=0.02)
    model.save_pretrained(folder)
    size = {"height": SIDE, "width": SIDE}
    pictures_class(size=size, crop_size=size).save_pretrained(folder)


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """A folder for each family. Not to be changed."""
    root = tmp_path_factory.mktemp("detectors")
    torch.manual_seed(0)
    for family in _DINO:
        _dino(root / family, family)
    for family in _OWL:
        _owl(root / family, family)
    return root


@pytest.fixture(scope="session")
def ready(folders):
    """Return a grounder of a family that lets everything pass; each is loaded once."""

    @cache
    def grounder(family, **options):
        return Grounding(**{"weights": str(folders / family), "threshold": 0.0, **options})

    return grounder


@pytest.fixture
def copy(folders, tmp_path):
    """Return a folder of a family that may be damaged."""
    return lambda family: shutil.copytree(folders / family, tmp_path / "copy")


@pytest.fixture
def rewritten(copy):
    """Return a folder of a family with some entries of its configuration changed."""

    def rewrite(family, **entries):
        folder = copy(family)
        path = folder / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **entries}))
        return folder

    return rewrite
