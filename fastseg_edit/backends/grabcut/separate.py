"""From a guess of the place to a mask: learn the colours on both sides, cut, and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.backends.grabcut.cut import cut, planes, tidy
from fastseg_edit.backends.grabcut.words import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

FINE, ROUGH = (32, 64, 128, 96), (32, 64, 96)
"""How many words the vocabularies have, for a good mask and for a quick one."""

_PLACE, _PLACE_LATER = 0.85, 0.5  # weight of the guessed place, before and after the first cut
_DOUBT = 0.075  # share of a cut that is taken to be wrong when colours are learned from it
_EMPHASIS = 10.0  # weight of a pixel that was marked by hand


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A view, what was learned from it, and what is known.

    Attributes:
        contrast: (h, w, 2) uint8, see `cut`.
        words: The colours.
        on: (h, w) bool. Pixels known to be on the object.
        off: (h, w) bool. Pixels known to be beside it.
    """

    contrast: NDArray[np.uint8]
    words: Words
    on: MaskArray
    off: MaskArray

    @classmethod
    def of(
        cls, view: ImageArray, known: tuple[MaskArray, MaskArray], words: tuple[int, ...]
    ) -> Scene:
        """Learn a view.

        Args:
            view: (h, w, 3) uint8 RGB.
            known: Pixels on and beside the object, each (h, w) bool.
            words: `FINE` or `ROUGH`.
        """
        return cls(planes(view), Words.of(view, words), *known)

    def separate(self, place: NDArray[np.float32], rounds: int, cuts: int) -> MaskArray:
        """Find the object.

        As in GrabCut colours are learned from the mask and the mask from the colours, but softly
        (expectation and maximization) before the first cut, and with histograms [1], because an
        object has more colours than a mixture of five normal distributions can tell.

        Args:
            place: (h, w) float32: log odds that the object is here, before any colour is seen.
                Below -50 it cannot be.
            rounds: How often colours are learned before the first cut.
            cuts: How often the view is cut.

        Returns:
            (h, w) bool. Where the colours tell nothing, the guess.

        References:
            [1] Tang, Gorelick, Veksler, Boykov. GrabCut in one cut. ICCV 2013.
                doi:10.1109/ICCV.2013.222
        """
        off = self.off | (place < -50)
        marks = np.where(self.on | self.off, _EMPHASIS, 1).astype(np.float32)
        place = np.maximum(place, -8)
        weighted = place * _PLACE
        belief = self._certain(1 / (1 + np.exp(-place)), off)
        for _ in range(rounds):
            odds = self.words.odds(belief, marks) + weighted
            belief = self._certain(1 / (1 + np.exp(-odds)), off)
        mask = self.on
        for _ in range(cuts):
            mask = cut(self.contrast, self.words.odds(belief, marks) + weighted, self.on, off)
            belief = self._certain(np.where(mask, 1 - _DOUBT, _DOUBT), off)
            weighted = place * _PLACE_LATER
        tidied = tidy(mask, self.on)
        return tidied if tidied.any() else (place > 0) & ~off

    def _certain(self, belief: NDArray[np.floating], off: MaskArray) -> NDArray[np.float32]:
        belief = belief.astype(np.float32)
        belief[self.on], belief[off] = 1, 0
        return belief


def distance_to(mask: MaskArray) -> NDArray[np.float32]:
    """Return the distance in pixels to the nearest True pixel; infinite if there is none."""
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5), np.float32)
