"""SAM 3's detector as the transformers library runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import CLIPTokenizer, Sam3Model

from fastseg_edit.backends import pretrained
from fastseg_edit.backends.recent import Recent
from fastseg_edit.backends.sam.families import HALF
from fastseg_edit.backends.sam.frame import Frame
from fastseg_edit.backends.sam.square import Style, numbers, shown
from fastseg_edit.errors import PromptError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from fastseg_edit.arrays import ImageArray

FAMILIES = ("sam3", "sam3_video")
"""Each `model_type` of a config.json. The one for videos holds the detector for photos."""

_STYLE = Style(mean=HALF, deviation=HALF)
_UNNAMED = "visual"  # the word that the network was trained with where boxes alone were shown


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Objects that the network sees.

    Attributes:
        scores: (N,) float32, 0 to 1, the best first.
        logits: (N, h, w) float32 log odds of each object, on a grid over the whole photo.
        best: The best score of all, also of what was not good enough. 0 if there was nothing.
        considered: Number of objects that were scored.
    """

    scores: NDArray[np.float32]
    logits: NDArray[np.float32]
    best: float
    considered: int


class Detector:
    """A network that looks at a photo once, and is then asked for words or examples.

    It remembers the last photo, so that several words about one are asked at the cost of one look.

    Args:
        model: The network, as the library loads it.
        tokenizer: What splits words for it.
        device: Where it runs.
    """

    def __init__(self, model: Any, tokenizer: Any, device: torch.device) -> None:
        self._model = model.to(device)
        self._tokenizer = tokenizer
        self._device = device
        side = model.config.vision_config.image_size
        self._side = int(side if isinstance(side, int) else side[0])
        self._recent = Recent[Any](1)

    @classmethod
    def load(cls, folder: Path, device: torch.device) -> Detector:
        """Load a network from a folder, as the transformers library saves it.

        Raises:
            ModelError: With E_MODEL_MISSING, if there is no whole network of SAM 3 in it.
        """
        pretrained.family(folder, FAMILIES)
        model = pretrained.network(folder, Sam3Model, FAMILIES)
        return cls(model, _tokenizer(folder, model.config.text_config.vocab_size), device)

    @torch.inference_mode()
    def encode(self, image: ImageArray, /) -> Any:
        """Compute what depends on the photo alone, or return it as it was for the last photo."""
        return self._recent.of(image, self._see)

    def _see(self, image: ImageArray) -> Any:
        frame = Frame.squeezed((image.shape[0], image.shape[1]), self._side, self._side)
        return self._model.get_vision_features(shown(image, frame, _STYLE).to(self._device))

    @torch.inference_mode()
    def find(
        self, seen: Any, words: str, boxes: NDArray[np.float32] | None, threshold: float
    ) -> Answer:
        """Find every object of a kind.

        Args:
            seen: What `encode` returned.
            words: What the objects are called. Empty if boxes say it.
            boxes: (n, 4) float32 examples: centre x, centre y, width and height, as shares of the
                photo. None if words say it.
            threshold: Score from which on something is such an object.

        Raises:
            PromptError: With E_SPEC, if the words are too many.
            ModelError: With E_MODEL_OUTPUT, if the masks or scores are not numbers.
        """
        examples = {} if boxes is None else {"input_boxes": torch.from_numpy(boxes)[None]}
        asked = {**self._tokens(words or _UNNAMED), **examples}
        told = self._model(
            vision_embeds=seen, **{name: each.to(self._device) for name, each in asked.items()}
        )
        # An object of the kind has to be there at all, and this has to be one.
        scores = numbers(told.pred_logits[0].sigmoid() * told.presence_logits[0].sigmoid())
        order = np.argsort(-scores, kind="stable")
        order = order[scores[order] >= threshold]
        logits = numbers(told.pred_masks[0, torch.from_numpy(order).to(self._device)])
        return Answer(scores[order], logits, float(scores.max(initial=0)), len(scores))

    def _tokens(self, words: str) -> dict[str, Tensor]:
        """Return words as tokens, and which of them count, both (1, most)."""
        most = int(self._model.config.text_config.max_position_embeddings)
        told = self._tokenizer(words, return_tensors="pt", padding="max_length", max_length=most)
        if (count := told["input_ids"].shape[1]) > most:
            raise PromptError(
                "E_SPEC",
                f"the words {words[:60]!r}... are {count} tokens, and SAM 3 reads {most}",
                "Name the object in fewer words.",
            )
        return {name: told[name] for name in ("input_ids", "attention_mask")}


def _tokenizer(folder: Path, most: int) -> Any:
    """Load the tokenizer. Without its files, the library would make one that knows no word."""
    files = [folder / name for name in ("tokenizer.json", "vocab.json")]
    if not any(file.is_file() for file in files):
        raise pretrained.unusable(folder, "has neither tokenizer.json nor vocab.json", FAMILIES)
    try:
        with pretrained.quiet():
            tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise pretrained.unusable(folder, "has a tokenizer that is damaged", FAMILIES) from error
    if len(tokenizer) > most:
        why = f"has a tokenizer of {len(tokenizer)} tokens for a network that knows {most}"
        raise pretrained.unusable(folder, why, FAMILIES)
    return tokenizer
