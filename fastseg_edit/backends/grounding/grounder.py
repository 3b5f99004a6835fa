"""The grounder that finds boxes by words, or by a reference photo."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import numpy as np

from fastseg_edit import catalogue
from fastseg_edit.absence import absent
from fastseg_edit.backends import devices
from fastseg_edit.backends.grounding import network
from fastseg_edit.errors import ModelError
from fastseg_edit.options import Checked, Range
from fastseg_edit.prompt import Boxes, Reference, Text

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray


@dataclass(frozen=True)
class Grounding(Checked):
    """Finds every object that words name, as boxes. A segmenter makes masks of them [1].

    The families are Grounding DINO [2], MM-Grounding-DINO [3], OWL-ViT and OWLv2. The last two
    also find what a reference photo shows.

    Args:
        weights: A name in the catalogue, or a folder as the transformers library saves it.
        threshold: Score from which on a box shows what was asked for. None for what is usual: 0.3
            for both kinds of DINO; 0.1 for words to OWL, 0.9 for references to OWLv2, and 0.6 for
            those to OWL-ViT.
        overlap: Intersection over union beyond which two boxes are one. The default is that of
            Grounded-SAM's labelling.
        candidates: How many boxes to return at most.
        device: What the network runs on: auto, cpu, cuda or cuda:N.

    References:
        [1] Ren et al. Grounded SAM: assembling open-world models for diverse visual tasks. 2024.
            arXiv:2401.14159
        [2] Liu et al. Grounding DINO: marrying DINO with grounded pre-training for open-set object
            detection. ECCV 2024. arXiv:2303.05499
        [3] Zhao et al. An open and comprehensive pipeline for unified object grounding and
            detection. 2024. arXiv:2401.02361
    """

    weights: str = "grounding-dino-tiny"
    threshold: Annotated[float, Range(0, 1)] | None = None
    overlap: Annotated[float, Range(0, 1)] = 0.5
    candidates: Annotated[int, Range(1, 900)] = 50
    device: str = "auto"

    @cached_property
    def reads(self) -> tuple[type[Text | Reference], ...]:
        """The kinds of prompts that the family of the weights understands.

        Raises:
            ModelError: If the weights are missing, or of no known family.
        """
        return tuple(network.of(catalogue.folder(self.weights)).usual)

    def ground(self, image: ImageArray, like: Text | Reference, /) -> Boxes:
        """Return the boxes that reach the threshold, with their scores, best first.

        Args:
            image: (H, W, 3) uint8 RGB.
            like: What to look for.

        Returns:
            Boxes in the photo, each at least a pixel wide and high.

        Raises:
            NoObjectError: With E_NO_OBJECT and the best score, if no box reaches the threshold.
            PromptError: If the words cannot be read in full, or the family reads words only.
            ModelError: If the weights are missing or broken.
        """
        found = self._network.find(image, like)
        threshold = self.threshold
        if threshold is None:
            threshold = self._network.usual[type(like)]
        if not found.whole:
            message = f"{self.weights} returned boxes or scores that are not numbers"
            raise ModelError("E_MODEL_OUTPUT", message, "Its weights are damaged; get them again.")
        found = found.within(image.shape[:2])
        reaching = found.take(np.flatnonzero(found.scores >= threshold))
        if not len(reaching.scores):
            best = float(found.scores.max(initial=0))
            raise absent(like, len(found.scores), best, threshold)
        kept = reaching.distinct(self.overlap, self.candidates)
        return Boxes(tuple(tuple(box) for box in kept.boxes.tolist()), tuple(kept.scores.tolist()))

    @cached_property
    def _network(self) -> network.Network:
        return network.load(catalogue.folder(self.weights), devices.of(self.device))
