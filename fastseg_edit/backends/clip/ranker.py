"""The ranker that scores masks by words or by a reference photo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, TypeAlias

import numpy as np

from fastseg_edit import catalogue
from fastseg_edit.backends.clip.looks import looked_at
from fastseg_edit.backends.clip.network import Network
from fastseg_edit.backends.clip.seen import Seen
from fastseg_edit.backends.clip.thresholds import Thresholds
from fastseg_edit.cutouts import Cutout
from fastseg_edit.errors import PromptError
from fastseg_edit.options import Checked, Range
from fastseg_edit.prompt import Reference, Text
from fastseg_edit.protocols import NOT_SEEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.candidates import Candidates

Asked: TypeAlias = "tuple[ImageArray, Candidates, Text | Reference]"
"""A photo (H, W, 3) uint8 RGB, masks in it, and what is looked for."""


@dataclass(frozen=True)
class Clip(Checked):
    """Scores masks by how well they show what words say, or what a reference photo shows.

    Of each mask a square crop is taken, plain and neutral round the object. Its score is the
    cosine of its features and those of the words [1].

    Args:
        weights: A name in the catalogue, or a folder in open_clip's layout.
        threshold: Score from which on a mask shows what was asked for. None for the one that lies
            beside the weights, or for a guess if there is none. Once the ranker is made it is a
            number.
        margin: By how much a crop is larger than the longer side of the mask's box, as a share.
        candidates: How many masks of a photo are looked at, the segmenter's best.
        batch: Crops that are looked at, and held in memory, at a time.
        device: Where the network runs: auto, cpu, cuda or cuda:N.

    Raises:
        ModelError: If the weights are missing or are not what they should be.
        SpecError: With E_DEVICE, if there is no such device, once the network is loaded.

    References:
        [1] Radford et al. Learning transferable visual models from natural language supervision.
            ICML 2021. arXiv:2103.00020
    """

    weights: str = "clip-mini"
    threshold: Annotated[float, Range(-1, 1)] | None = None
    margin: Annotated[float, Range(0, 2)] = 0.6
    candidates: Annotated[int, Range(1)] = 300
    batch: Annotated[int, Range(1, 1024)] = 16
    device: str = "auto"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.threshold is None:
            object.__setattr__(self, "threshold", self._stored.words)

    @cached_property
    def network(self) -> Network:
        """The model, loaded on first use."""
        return Network.load(catalogue.folder(self.weights), self.device)

    @cached_property
    def _stored(self) -> Thresholds:
        return Thresholds.of(catalogue.folder(self.weights))

    @cached_property
    def _seen(self) -> Seen:
        return Seen(self.network, self.margin, self.batch)

    def read(self, words: str, /) -> str:
        """Return the first words, as many as the model reads: all of them, if they are few.

        Raises:
            PromptError: With E_SPEC, if the first word alone is too long.
            ModelError: If the weights cannot be used.
        """
        return self.network.read(words)

    def rank(self, image: ImageArray, found: Candidates, like: Text | Reference, /) -> Candidates:
        """Return the same masks in the same order, scored by cosines.

        Two pictures are more alike than a picture and its words. So the cosines with a reference
        are shifted, such that one threshold serves both.

        Args:
            image: (H, W, 3) uint8 RGB.
            found: Masks. Those without a pixel score -1, and so do those beyond the best
                `candidates`; one that is nearly the same as a better one scores what that does.
            like: The words, or a photo of such an object, where a mask tells which one is meant,
                or several such photos.

        Raises:
            PromptError: With E_TEXT_EMPTY or E_SPEC for words that cannot be read in full, with
                E_MASK_SIZE or E_MASK_EMPTY for the mask of a reference.
            ModelError: If the weights cannot be used.
        """
        return self.rank_many([(image, found, like)])[0]

    def rank_many(self, asked: Sequence[Asked], /) -> list[Candidates]:
        """Rank the masks of several photos, whose crops share batches. Otherwise as `rank`.

        Args:
            asked: Photos, masks and prompts. The photos are in memory at once, the crops are not.
        """
        wanted = [self._wanted(like) for _, _, like in asked]
        looks = [looked_at(found, self.candidates) for _, found, _ in asked]
        shown = [
            (image, found.cutouts[number])
            for (image, found, _), look in zip(asked, looks, strict=True)
            for number in look.numbers
        ]
        features = iter(self._seen.features(shown) if shown else ())
        ranked = []
        for (_, found, _), (target, shift), look in zip(asked, wanted, looks, strict=True):
            cosines = np.array([next(features) @ target + shift for _ in look.numbers], np.float32)
            ranked.append(replace(found, scores=look.spread(cosines, NOT_SEEN)))
        return ranked

    def _wanted(self, like: Text | Reference) -> tuple[NDArray[np.float32], np.float32]:
        """Return the features looked for, and what is added to the cosines with them."""
        if isinstance(like, Text):
            return self.network.of_words(like.words), np.float32(0)
        features = self._seen.features([_shown(each) for each in _all(like)]).mean(axis=0)
        shift = (self.threshold or 0.0) - self._stored.reference
        return features / np.linalg.norm(features), np.float32(shift)


def _all(like: Reference) -> Iterator[Reference]:
    yield like
    for more in like.more:
        yield from _all(more)


def _shown(like: Reference) -> tuple[ImageArray, Cutout]:
    """Return a reference and which part of it is meant: all of it if it has no mask."""
    size = like.image.shape[:2]
    mask = np.ones(size, bool) if like.mask is None else like.mask
    if mask.shape != size:
        raise PromptError(
            "E_MASK_SIZE", f"the reference is {size}, and its mask {mask.shape}: want the same size"
        )
    if not mask.any():
        raise PromptError("E_MASK_EMPTY", "the mask of the reference selects no pixel")
    return like.image, Cutout.of(mask)
