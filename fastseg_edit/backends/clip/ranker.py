"""The ranker that scores masks by words or by a reference photo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import numpy as np

from fastseg_edit import catalogue
from fastseg_edit.backends.clip import crops
from fastseg_edit.backends.clip.network import Network
from fastseg_edit.backends.clip.thresholds import Thresholds
from fastseg_edit.cutouts import Cutout
from fastseg_edit.errors import PromptError
from fastseg_edit.options import Checked, Range
from fastseg_edit.prompt import Reference, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.candidates import Candidates

_BLUR, _FADE = 0.1, 0.5  # of the surroundings
_NOTHING = -1.0  # score of a mask without pixels: the least that a cosine can be


@dataclass(frozen=True)
class Clip(Checked):
    """Scores masks by how well they show what words say, or what a reference photo shows.

    Of each mask a square crop is taken, with softened surroundings. Its score is the cosine of its
    features and those of the words [1].

    Args:
        weights: A name in the catalogue, or a folder in open_clip's layout.
        threshold: Score from which on a mask shows what was asked for. None for the one that lies
            beside the weights, or for a guess if there is none. Once the ranker is made it is a
            number.
        margin: By how much a crop is larger than the longer side of the mask's box, as a share.
        batch: Crops that are looked at, and held in memory, at a time.

    Raises:
        ModelError: If the weights are missing or are not what they should be.

    References:
        [1] Radford et al. Learning transferable visual models from natural language supervision.
            ICML 2021. arXiv:2103.00020
    """

    weights: str = "clip-mini"
    threshold: Annotated[float, Range(-1, 1)] | None = None
    margin: Annotated[float, Range(0, 2)] = 0.3
    batch: Annotated[int, Range(1, 1024)] = 16

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.threshold is None:
            object.__setattr__(self, "threshold", self._stored.words)

    @cached_property
    def network(self) -> Network:
        """The model, loaded on first use."""
        return Network.load(catalogue.folder(self.weights))

    @cached_property
    def _stored(self) -> Thresholds:
        return Thresholds.of(catalogue.folder(self.weights))

    def rank(self, image: ImageArray, found: Candidates, like: Text | Reference, /) -> Candidates:
        """Return the same masks in the same order, scored by cosines.

        Two pictures are more alike than a picture and its words. So the cosines with a reference
        are shifted, such that one threshold serves both.

        Args:
            image: (H, W, 3) uint8 RGB.
            found: Masks. Those without a pixel score -1.
            like: The words, or a photo of such an object, where a mask tells which one is meant.

        Raises:
            PromptError: With E_TEXT_EMPTY or E_SPEC for words that cannot be read in full, with
                E_MASK_SIZE or E_MASK_EMPTY for the mask of a reference.
            ModelError: If the weights cannot be used.
        """
        if isinstance(like, Text):
            wanted, shift = self.network.of_words(like.words), 0.0
        else:
            wanted = self._features(like.image, [_shown(like)])[0]
            shift = (self.threshold or 0.0) - self._stored.reference
        scores = np.full(len(found), _NOTHING, np.float32)
        shown = np.flatnonzero(found.areas > 0)
        if shown.size:
            features = self._features(image, [found.cutouts[number] for number in shown])
            scores[shown] = features @ wanted + np.float32(shift)
        return replace(found, scores=scores)

    def _features(self, image: ImageArray, cutouts: Sequence[Cutout]) -> NDArray[np.float32]:
        """Return the features of N masks, at least one, (N, D) float32."""
        side = self.network.side
        parts = []
        for start in range(0, len(cutouts), self.batch):
            squares = [
                crops.square(image, cutout, self.margin, side)
                for cutout in cutouts[start : start + self.batch]
            ]
            softened = [crops.soften(crop, share, _BLUR, _FADE) for crop, share in squares]
            parts.append(self.network.of_pictures(softened))
        return np.concatenate(parts)


def _shown(like: Reference) -> Cutout:
    """Return which part of a reference is meant: all of it if it has no mask."""
    size = like.image.shape[:2]
    mask = np.ones(size, bool) if like.mask is None else like.mask
    if mask.shape != size:
        raise PromptError(
            "E_MASK_SIZE", f"the reference is {size}, and its mask {mask.shape}: want the same size"
        )
    if not mask.any():
        raise PromptError("E_MASK_EMPTY", "the mask of the reference selects no pixel")
    return Cutout.of(mask)
