"""OWL-ViT and OWLv2: detectors that look first, and are told afterwards what to look for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import torch
from transformers import (
    CLIPTokenizer,
    Owlv2ForObjectDetection,
    Owlv2ImageProcessor,
    OwlViTForObjectDetection,
    OwlViTImageProcessor,
)

from fastseg_edit.backends.grounding.found import Found, corners, overlaps
from fastseg_edit.backends.grounding.pictures import shown, squared
from fastseg_edit.backends.grounding.references import box_of
from fastseg_edit.backends.recent import Recent
from fastseg_edit.errors import PromptError
from fastseg_edit.prompt import Reference, Text

if TYPE_CHECKING:
    from torch import Tensor

    from fastseg_edit.arrays import ImageArray

_KEPT = 4  # photos whose features are held in memory: 11 MB each with OWLv2 base
_NEAR = 0.8  # share of the best overlap with a reference's box that other boxes need to compete


class Seen(NamedTuple):
    """What the network sees in a photo.

    Attributes:
        features: (1, N, D), one vector for each cell of a grid.
        boxes: (N, 4) centre x, centre y, width and height of the object at each cell, as shares of
            the square that the photo was padded to.
        span: (width, height) of that square, in pixels of the photo.
    """

    features: Tensor
    boxes: Tensor
    span: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Owl:
    """OWLv2 [2]. A photo is looked at once; every further word or reference costs next to nothing.

    Attributes:
        model: The network.
        pictures: Scales and normalises a square.
        tokenizer: Splits words.

    References:
        [1] Minderer et al. Simple open-vocabulary object detection with vision transformers.
            ECCV 2022. arXiv:2205.06230
        [2] Minderer, Gritsenko, Houlsby. Scaling open-vocabulary object detection. NeurIPS 2023.
            arXiv:2306.09683
    """

    model_class: ClassVar[Any] = Owlv2ForObjectDetection
    pictures_class: ClassVar[Any] = Owlv2ImageProcessor
    tokenizer_class: ClassVar[Any] = CLIPTokenizer
    vocabulary: ClassVar = ("vocab.json", "merges.txt")
    usual: ClassVar = {Text: 0.1, Reference: 0.9}  # in the library's documentation
    fill: ClassVar = 0  # of the margin, as in the training

    model: Any
    pictures: Any
    tokenizer: Any
    _known: Recent[Seen] = field(default_factory=lambda: Recent(_KEPT), repr=False)

    @torch.inference_mode()
    def find(self, image: ImageArray, like: Text | Reference, /) -> Found:
        """Return a box for each cell of the network's grid.

        Args:
            image: (H, W, 3) uint8 RGB.
            like: What to look for.

        Raises:
            PromptError: With E_TEXT_EMPTY or E_SPEC for words that cannot be read in full; with
                E_MASK_SIZE or E_MASK_EMPTY for the mask of a reference.
        """
        if isinstance(like, Text):
            wanted = self._of_words(like.words)
        else:
            wanted = torch.stack([self._of_reference(each) for each in (like, *like.more)])
        seen = self._known.of(image, self._look)
        logits = self.model.class_predictor(seen.features, wanted[None])[0][0]
        return Found.of(logits, seen.boxes, seen.span)

    def _of_words(self, words: str) -> Tensor:
        """Return the features of words, (1, D)."""
        tokens = self._tokens(words).to(self.model.device)
        reader = self.model.base_model
        read = reader.text_model(input_ids=tokens, attention_mask=torch.ones_like(tokens))
        features: Tensor = reader.text_projection(read.pooler_output)
        return features

    def _of_reference(self, like: Reference) -> Tensor:
        """Return the features of the object in a reference photo, (D,).

        Of the boxes nearly as close to the reference's own as the closest one, the one is taken
        that is least like the photo as a whole: the others show more of the background [1].
        """
        seen = self._known.of(like.image, self._look)
        near = overlaps(np.array(box_of(like)), corners(seen.boxes, seen.span))
        features: Tensor = self.model.class_predictor(seen.features)[1][0]
        far = near < near.max() * _NEAR  # never, where a broken network returns no numbers
        close = torch.from_numpy(np.flatnonzero(~far)).to(features.device)
        return features[close[(features[close] @ features.mean(0)).argmin()]]

    def _look(self, image: ImageArray) -> Seen:
        # The library blurs the whole square before it makes it small, which takes seconds.
        square, span = squared(image, 2 * self.pictures.size["height"], self.fill)
        grid = self.model.image_embedder(shown(self.pictures, square, self.model.device))[0]
        features = grid.flatten(1, 2)
        return Seen(features, self.model.box_predictor(features, grid)[0], span)

    def _tokens(self, words: str) -> Tensor:
        """Return words as tokens, (1, L)."""
        asked = self.tokenizer([words.strip()], return_tensors="pt", verbose=False)
        tokens: Tensor = asked.input_ids
        if not bool((~torch.isin(tokens, torch.tensor(self.tokenizer.all_special_ids))).any()):
            raise PromptError("E_TEXT_EMPTY", f"the words {words!r} hold nothing to read")
        if tokens.shape[1] > (most := self.model.config.text_config.max_position_embeddings):
            raise PromptError(
                "E_SPEC",
                f"the words {words[:60]!r}... are {tokens.shape[1]} tokens, and OWL reads {most}",
                "Name the object in fewer words.",
            )
        return tokens


@dataclass(frozen=True, eq=False)
class OldOwl(Owl):
    """OWL-ViT [1]. Other than the library's own way, the photo is padded with grey, not squeezed.

    That is how the network was trained.
    """

    model_class: ClassVar[Any] = OwlViTForObjectDetection
    pictures_class: ClassVar[Any] = OwlViTImageProcessor
    fill: ClassVar = 128
    usual: ClassVar = {Text: 0.1, Reference: 0.6}
