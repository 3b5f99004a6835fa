"""What a hole can be asked to hold, in words, and the tokenizer that knows these words."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING

from transformers import CLIPTokenizer

from fastseg_edit.world import VOCABULARY

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

LENGTH = 16
"""Tokens of a caption, its first and last mark among them."""

_OBJECT = (
    "a {}",
    "a {}",
    "a {}",
    "{}",
    "the {}",
    "one {}",
    "a small {}",
    "a large {}",
    "a photo of a {}",
    "an image of a {}",
    "there is a {}",
)
_NOTHING = (
    "",
    "",
    "",
    "",
    "background",
    "background",
    "the background",
    "a background",
    "empty background",
    "clean background",
    "plain background",
    "nothing",
    "no object",
)
_WORDS = (
    *VOCABULARY,
    *("photo", "of", "image", "picture", "there", "is", "one", "with", "in", "no", "nothing"),
    *("empty", "clean", "plain", "background", "remove", "replace", "fill", "texture", "scene"),
    *("wall", "pattern", "big", "tiny", "shape", "thing", "round"),
)


def of_object(colour: str, shape: str, random: Random) -> str:
    """Return words for an object, such as "a photo of a blue star"."""
    caption = random.choice(_OBJECT).format(f"{colour} {shape}")
    return caption.replace("a orange", "an orange")


def of_nothing(random: Random) -> str:
    """Return words for the background going on. Mostly none at all."""
    return random.choice(_NOTHING)


def tokenizer(folder: Path) -> CLIPTokenizer:
    """Write CLIP's byte-level tokenizer for a small vocabulary, and load it.

    Each known word is one token. Any other text still has tokens: its bytes.

    References:
        Sennrich, Haddow, Birch. Neural machine translation of rare words with subword units.
        ACL 2016. arXiv:1508.07909
    """
    letters = list(_byte_names().values())
    merges, joined = _merges()
    vocabulary = [*letters, *(letter + "</w>" for letter in letters), *joined]
    tokens = [*dict.fromkeys(vocabulary), "<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    numbered = {token: number for number, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(numbered, ensure_ascii=False), "utf-8")
    lines = ["#version: 0.2", *(" ".join(pair) for pair in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return CLIPTokenizer(
        str(folder / "vocab.json"),
        str(folder / "merges.txt"),
        model_max_length=LENGTH,
        pad_token="<|endoftext|>",
    )


def _merges() -> tuple[list[tuple[str, str]], list[str]]:
    """Return the pairs to join, most frequent first, until every known word is one piece."""
    spelled = [(*word[:-1], word[-1] + "</w>") for word in dict.fromkeys(_WORDS)]
    merges, joined = [], []
    while pairs := Counter(pair for word in spelled for pair in itertools.pairwise(word)):
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        joined.append("".join(best))
        spelled = [_join(word, best) for word in spelled]
    return merges, joined


def _join(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    parts: list[str] = []
    for part in word:
        if parts and (parts[-1], part) == pair:
            parts[-1] += part
        else:
            parts.append(part)
    return tuple(parts)


def _byte_names() -> dict[int, str]:
    """Return a printable letter for every byte, as GPT-2 and CLIP name them."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    names = {byte: chr(byte) for byte in plain}
    return names | {byte: chr(256 + number) for number, byte in enumerate(others)}
