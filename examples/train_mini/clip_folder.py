"""The folder that clip-mini ships in, as open_clip reads it."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import common
import open_clip
from clip_phrases import WORDS
from clip_pool import SIDE
from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode
from safetensors.torch import save_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from torch import nn

CONTEXT = 32
"""Tokens of a phrase at most: a listing of six objects takes 26."""

_WIDTH = 128


def write(folder: Path) -> None:
    """Write the configuration and the tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = _write_tokenizer(folder)
    model = {
        "embed_dim": _WIDTH,
        "vision_cfg": {"image_size": SIDE, "layers": [1, 1, 1, 1], "width": 16, "patch_size": None},
        "text_cfg": {
            "context_length": CONTEXT,
            "vocab_size": tokens,
            "width": _WIDTH,
            "heads": 2,
            "layers": 2,
            "hf_tokenizer_name": ".",  # any name makes open_clip read the tokenizer of this folder
        },
    }
    preprocess = {
        "mean": list(open_clip.OPENAI_DATASET_MEAN),
        "std": list(open_clip.OPENAI_DATASET_STD),
        "interpolation": "bicubic",
        "resize_mode": "squash",
    }
    _write_json(
        folder / "open_clip_config.json", {"model_cfg": model, "preprocess_cfg": preprocess}
    )


def write_weights(model: nn.Module, folder: Path) -> None:
    """Write the weights in half precision."""
    path = folder / "open_clip_model.safetensors"
    save_file(common.halved(model.state_dict()), path, metadata={"format": "pt"})
    path.chmod(0o644)


def _write_tokenizer(folder: Path) -> int:
    """Write CLIP's tokenizer, cut down to what a few words need, and return how many tokens it has.

    The full one has 49,408 tokens, whose embeddings would be three times as large as the whole
    model. Words that were not foreseen are spelled out, byte by byte.
    """
    merges = _merges(WORDS)
    letters = list(bytes_to_unicode().values())
    tokens = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(two) for two in merges)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]  # the last one: pooling looks for the highest
    _write_json(folder / "vocab.json", {token: number for number, token in enumerate(tokens)})
    lines = ["#version: 0.2", *(" ".join(two) for two in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", "utf-8")
    settings = {
        "tokenizer_class": "CLIPTokenizer",
        "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
        "pad_token": tokens[0],
        "model_max_length": CONTEXT,
    }
    _write_json(folder / "tokenizer_config.json", settings)
    return len(tokens)


def _merges(words: Iterable[str]) -> list[tuple[str, str]]:
    """Return the merges of CLIP's byte pair encoding that lead to some words, in its order.

    References:
        Sennrich, Haddow, Birch. Neural machine translation of rare words with subword units.
        ACL 2016. doi:10.18653/v1/P16-1162
    """
    ranks = SimpleTokenizer().bpe_ranks
    used = set()
    for word in words:
        parts = [*word[:-1], f"{word[-1]}</w>"]
        while pairs := [pair for pair in pairwise(parts) if pair in ranks]:
            best = min(pairs, key=ranks.__getitem__)
            used.add(best)
            parts = _merged(parts, best)
    return sorted(used, key=ranks.__getitem__)


def _merged(parts: list[str], pair: tuple[str, str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and (joined[-1], part) == pair:
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
