"""A CLIP model as open_clip loads it from a local folder: features of pictures and of words."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError

from fastseg_edit.backends import devices
from fastseg_edit.errors import ModelError, PromptError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from torch import Tensor

    from fastseg_edit.arrays import ImageArray

Features: TypeAlias = NDArray[np.float32]

_CONFIGURATION = "open_clip_config.json"
_KEPT = 1000  # phrases whose features are held in memory: a few megabytes
_BROKEN = (ImportError, OSError, ValueError, RuntimeError, LookupError, TypeError)


@dataclass(frozen=True, eq=False)
class Network:
    """A model with its tokenizer.

    Attributes:
        model: Open_clip's CLIP, CustomTextCLIP or CoCa, ready to infer.
        preprocess: From a PIL image to the (3, S, S) that the model wants.
        tokenizer: From texts to (N, L) tokens.
        device: Where it runs.
    """

    model: Any
    preprocess: Callable[[Image.Image], Tensor]
    tokenizer: Any
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    _known: dict[str, Features] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Network:
        """Load a folder in open_clip's layout. Nothing outside of it is read.

        Args:
            folder: Holds open_clip_config.json, the weights as safetensors, and the tokenizer,
                unless that is CLIP's own.
            device: As in `devices.of`.

        Raises:
            SpecError: With E_DEVICE, if there is no such device.
            ModelError: With E_MODEL_MISSING, if something is missing, or does not fit together.
        """
        _check(folder)
        address = f"local-dir:{folder}"
        try:
            model, preprocess = open_clip.create_model_from_pretrained(address, weights_only=True)
            tokenizer = open_clip.get_tokenizer(address)
        except (*_BROKEN, SafetensorError) as error:
            reason = str(error).partition("\n")[0][:200]
            raise _unusable(folder, f"open_clip cannot load it ({reason})") from error
        where = devices.of(device)
        return cls(model.eval().to(where), preprocess, tokenizer, where)

    @property
    def side(self) -> int:
        """Pixels of a side of what the model sees; the longer one, should it not be square."""
        return int(np.max(self.model.visual.image_size))

    def of_pictures(self, pictures: Sequence[ImageArray]) -> Features:
        """Return the features of N pictures, (N, D) float32, each of length 1.

        Args:
            pictures: Each (S, S, 3) uint8 RGB, at least one. All are in memory at once.
        """
        ready = [self.preprocess(Image.fromarray(picture)) for picture in pictures]
        return self._encoded(self.model.encode_image, torch.stack(ready))

    def of_words(self, words: str) -> Features:
        """Return the features of a phrase, (D,) float32, of length 1. The last ones are kept.

        Raises:
            PromptError: With E_TEXT_EMPTY, if the tokenizer finds nothing to read; with E_SPEC, if
                the phrase is longer than what the model reads.
        """
        if words not in self._known:
            if not self.fits(words):
                raise self._too_long(words)
            tokens = self.tokenizer([words])
            if torch.equal(tokens, self.tokenizer([""])):
                raise PromptError("E_TEXT_EMPTY", f"the words {words!r} hold nothing to read")
            self._known[words] = self._encoded(self.model.encode_text, tokens)[0]
        features = self._known[words]
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return features

    def fits(self, words: str) -> bool:
        """Return whether the model reads a phrase to its end."""
        tokens = self.tokenizer([words])
        padding = self.tokenizer([""])[0, -2]
        longer = self.tokenizer([words], tokens.shape[1] + 1)
        # A phrase that was cut off makes use of the room for one more token.
        return int((longer != padding).sum()) <= int((tokens != padding).sum())

    def read(self, words: str) -> str:
        """Return the first words of a phrase, as many as the model reads.

        Raises:
            PromptError: With E_SPEC, if it cannot even read the first one.
        """
        words = words.strip()
        if self.fits(words):
            return words
        ends = [match.end() for match in re.finditer(r"\S+", words)]
        count = bisect_left(ends, True, key=lambda end: not self.fits(words[:end]))
        if not count:
            raise self._too_long(words)
        return words[: ends[count - 1]]

    @torch.inference_mode()
    def _encoded(self, encode: Callable[..., Tensor], batch: Tensor) -> Features:
        return encode(batch.to(self.device), normalize=True).float().cpu().numpy()

    def _too_long(self, words: str) -> PromptError:
        length = self.tokenizer([""]).shape[1]
        return PromptError(
            "E_SPEC",
            f"the words {words[:60]!r}... are longer than the {length} tokens that CLIP reads",
            "Name the object in fewer words.",
        )


def _check(folder: Path) -> None:
    """Refuse a folder that open_clip would complete from the network, or by chance."""
    configuration = folder / _CONFIGURATION
    if not configuration.is_file():
        raise _unusable(folder, f"it has no {_CONFIGURATION}")
    if not any(folder.glob("*.safetensors")):
        raise _unusable(folder, "it has no weights as safetensors")
    try:
        text = json.loads(configuration.read_text("utf-8"))["model_cfg"]["text_cfg"]
        elsewhere = "hf_model_name" in text
    except (ValueError, LookupError, TypeError) as error:
        raise _unusable(folder, f"its {_CONFIGURATION} is not one of open_clip") from error
    if elsewhere:
        raise _unusable(folder, "its text model would have to be downloaded")


def _unusable(folder: Path, reason: str) -> ModelError:
    return ModelError(
        "E_MODEL_MISSING",
        f"{folder} is not a CLIP model that can be used: {reason}",
        "Give a folder as open_clip publishes it, with open_clip_config.json, safetensors and the "
        "tokenizer's files.",
    )
