"""A CLIP model as open_clip loads it from a local folder: features of pictures and of words."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError

from fastseg_edit.errors import ModelError, PromptError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from torch import Tensor

    from fastseg_edit.arrays import ImageArray

Features: TypeAlias = NDArray[np.float32]

_CONFIGURATION = "open_clip_config.json"
_KEPT = 4000  # phrases and pictures whose features are held in memory: some 10 megabytes
_BROKEN = (ImportError, OSError, ValueError, RuntimeError, LookupError, TypeError)


@dataclass(frozen=True, eq=False)
class Network:
    """A model with its tokenizer.

    Attributes:
        model: Open_clip's CLIP, CustomTextCLIP or CoCa, ready to infer.
        preprocess: From a PIL image to the (3, S, S) that the model wants.
        tokenizer: From texts to (N, L) tokens.
    """

    model: Any
    preprocess: Callable[[Image.Image], Tensor]
    tokenizer: Any
    _known: OrderedDict[str | bytes, Features] = field(default_factory=OrderedDict, repr=False)

    @classmethod
    def load(cls, folder: Path) -> Network:
        """Load a folder in open_clip's layout. Nothing outside of it is read.

        Args:
            folder: Holds open_clip_config.json, the weights as safetensors, and the tokenizer,
                unless that is CLIP's own.

        Raises:
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
        return cls(model.eval(), preprocess, tokenizer)

    @property
    def side(self) -> int:
        """Pixels of a side of what the model sees; the longer one, should it not be square."""
        return int(np.max(self.model.visual.image_size))

    def of_pictures(self, pictures: Sequence[ImageArray]) -> Features:
        """Return the features of N pictures, (N, D) float32, each of length 1.

        Pictures that were seen before are not looked at again: other words about the same photo
        cost next to nothing.

        Args:
            pictures: Each (S, S, 3) uint8 RGB, at least one. All are in memory at once.
        """
        keys = [blake2b(picture.tobytes(), digest_size=16).digest() for picture in pictures]
        fresh = {
            key: self.preprocess(Image.fromarray(picture))
            for key, picture in zip(keys, pictures, strict=True)
            if key not in self._known
        }
        if fresh:
            seen = self._encoded(self.model.encode_image, torch.stack(list(fresh.values())))
            self._known.update(zip(fresh, seen, strict=True))
        features = np.stack([self._known[key] for key in keys])
        self._forget()
        return features

    def of_words(self, words: str) -> Features:
        """Return the features of a phrase, (D,) float32, of length 1.

        Raises:
            PromptError: With E_TEXT_EMPTY, if the tokenizer finds nothing to read; with E_SPEC, if
                the phrase is longer than what the model reads.
        """
        if words not in self._known:
            tokens = self._tokens(words)
            self._known[words] = self._encoded(self.model.encode_text, tokens)[0]
        features = self._known[words]
        self._forget()
        return features

    @torch.inference_mode()
    def _encoded(self, encode: Callable[..., Tensor], batch: Tensor) -> Features:
        return encode(batch, normalize=True).float().numpy()

    def _forget(self) -> None:
        """Drop the oldest features when there are too many."""
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def _tokens(self, words: str) -> Tensor:
        """Return a phrase as tokens, (1, L), after seeing that nothing of it was cut off."""
        tokens: Tensor = self.tokenizer([words])
        empty = self.tokenizer([""])
        if torch.equal(tokens, empty):
            raise PromptError("E_TEXT_EMPTY", f"the words {words!r} hold nothing to read")
        length, padding = tokens.shape[1], empty[0, -2]
        longer = self.tokenizer([words], length + 1)
        # A phrase that was cut off makes use of the room for one more token.
        if (longer != padding).sum() > (tokens != padding).sum():
            raise PromptError(
                "E_SPEC",
                f"the words {words[:60]!r}... are longer than the {length} tokens that CLIP reads",
                "Name the object in fewer words.",
            )
        return tokens


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
