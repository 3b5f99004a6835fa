"""Grounding DINO, as it was published, and as MMDetection trained it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from transformers import (
    BertTokenizer,
    GroundingDinoForObjectDetection,
    GroundingDinoImageProcessor,
    MMGroundingDinoForObjectDetection,
)

from fastseg_edit.backends.grounding.found import Found
from fastseg_edit.backends.grounding.pictures import padded, shown
from fastseg_edit.errors import PromptError
from fastseg_edit.prompt import Reference, Text

if TYPE_CHECKING:
    from torch import Tensor

    from fastseg_edit.arrays import ImageArray

_LONGEST = 32  # longer side over shorter one; beyond, the network's grids have no cells
_END = "."


@dataclass(frozen=True, eq=False)
class Dino:
    """A network that reads words while it looks, so that neither half can be kept for later.

    The photo is shown with its own proportions. Words are lower case and end in a full stop, as
    in the training.

    Attributes:
        model: The network.
        pictures: Scales and normalises a photo.
        tokenizer: Splits words.
    """

    model_class: ClassVar[Any] = GroundingDinoForObjectDetection
    pictures_class: ClassVar[Any] = GroundingDinoImageProcessor
    tokenizer_class: ClassVar[Any] = BertTokenizer
    vocabulary: ClassVar = ("vocab.txt",)
    usual: ClassVar = {Text: 0.3}  # box threshold of Grounded-SAM, score threshold of MMDetection

    model: Any
    pictures: Any
    tokenizer: Any

    @torch.inference_mode()
    def find(self, image: ImageArray, like: Text | Reference, /) -> Found:
        """Return a box for each of the network's queries.

        Args:
            image: (H, W, 3) uint8 RGB.
            like: What to look for.

        Raises:
            PromptError: With E_TEXT_EMPTY or E_SPEC for words that cannot be read in full; with
                E_SPEC for a reference.
        """
        if not isinstance(like, Text):
            raise PromptError(
                "E_SPEC",
                f"{self.model.config.model_type} reads words only, got {like!r}",
                "Name the object in words, or take weights of OWLv2.",
            )
        tokens = self._tokens(like.words).to(self.model.device)
        height, width = image.shape[:2]
        canvas = padded(image, (-(-width // _LONGEST), -(-height // _LONGEST)))
        pixels = shown(self.pictures, canvas, self.model.device)
        told = self.model(pixel_values=pixels, input_ids=tokens, token_type_ids=tokens * 0)
        return Found.of(told.logits[0], told.pred_boxes[0], (canvas.shape[1], canvas.shape[0]))

    def _tokens(self, words: str) -> Tensor:
        """Return words as tokens, (1, L)."""
        caption = words.lower().strip().rstrip(_END).rstrip() + _END
        tokens: Tensor = self.tokenizer(caption, return_tensors="pt", verbose=False).input_ids
        silent = torch.tensor([*self.tokenizer.all_special_ids, *self._stops()])
        if bool(torch.isin(tokens, silent).all()):
            raise PromptError("E_TEXT_EMPTY", f"the words {words!r} hold nothing to read")
        known = self.model.config
        most = min(known.max_text_len, known.text_config.max_position_embeddings)
        if tokens.shape[1] > most:
            raise PromptError(
                "E_SPEC",
                f"the words {words[:60]!r}... are {tokens.shape[1]} tokens, and Grounding DINO "
                f"reads {most}",
                "Name the object in fewer words.",
            )
        return tokens

    def _stops(self) -> list[int]:
        stops: list[int] = self.tokenizer.convert_tokens_to_ids([_END, "?", ","])
        return stops


@dataclass(frozen=True, eq=False)
class MmDino(Dino):
    """The same, with heads of its own."""

    model_class: ClassVar[Any] = MMGroundingDinoForObjectDetection
