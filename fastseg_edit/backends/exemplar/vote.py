"""From matched patches back to pixels: a weighted mean while searching, one label each at the end.

References:
    Wexler, Shechtman, Irani. Space-time completion of video. TPAMI 2007.
        doi:10.1109/TPAMI.2007.60
    Newson, Almansa, Fradet, Gousseau, Pérez. Video inpainting of complex scenes.
        SIAM J. Imaging Sciences 2014. doi:10.1137/140954933
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.backends.exemplar.patches import SIDE, FloatArray, IndexArray, Level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.backends.exemplar.search import Matches

_CONFIDENCE = 1.5
_DEEPEST = 60  # 1.5 ** -60 times e ** -88 is near the smallest float32


class Voter:
    """Repaints the hole of a level with the weighted mean of all patches that cover a pixel [1].

    A patch counts less the deeper in the hole it lies, so that what is known spreads inwards, and
    the less it is like its match.

    Args:
        level: The level.
    """

    def __init__(self, level: Level) -> None:
        self.level = level
        self.pixels = np.flatnonzero(level.hole)
        depth = cv2.distanceTransform(level.hole.astype(np.uint8), cv2.DIST_L2, 5)
        centre = (SIDE // 2) * (level.width + 1)
        self.confidence = np.zeros(level.hole.size, np.float32)
        self.confidence[level.targets] = _CONFIDENCE ** -np.minimum(
            depth.ravel()[level.targets + centre], _DEEPEST
        )

    def __call__(self, matches: Matches, width: float | None = None) -> None:
        """Repaint the features under the hole, in place.

        Args:
            matches: A match for each target patch.
            width: Distance at which a patch's weight falls to 1 / e; None for the median one.
        """
        distance = matches.distance
        if width is None:
            width = max(1e-3, float(np.median(distance[self.level.targets])))
        least = _least_over_patches(distance, self.level)
        pixels = self.level.pixels
        total = np.zeros((len(self.pixels), pixels.shape[1]), np.float32)
        weights = np.zeros((len(self.pixels), 1), np.float32)
        for offset in self.level.offsets:
            patches = self.pixels - offset
            weight = self.confidence[patches] * np.exp((least - distance[patches]) / width)
            total += weight[:, None] * pixels[matches.match[patches] + offset]
            weights[:, 0] += weight
        pixels[self.pixels] = total / weights

    def labels(self, matches: Matches) -> IndexArray:
        """Choose the source pixel of each pixel of the hole, from its best patch.

        A mean of patches is soft; the copy of one pixel is as sharp as the photo.

        Args:
            matches: A match for each target patch.

        Returns:
            (N,) flat indices, in the order of the hole's pixels.
        """
        best = np.full(len(self.pixels), np.inf, np.float32)
        source = np.zeros_like(self.pixels)
        for offset in self.level.offsets:
            patches = self.pixels - offset
            better = matches.distance[patches] < best
            best[better] = matches.distance[patches[better]]
            source[better] = matches.match[patches[better]] + offset
        return source


def _least_over_patches(distance: FloatArray, level: Level) -> NDArray[np.float32]:
    square = np.ones((SIDE, SIDE), np.uint8)
    last = (SIDE - 1, SIDE - 1)  # the patches that hold a pixel start above and left of it
    least = cv2.erode(distance.reshape(level.hole.shape), square, anchor=last)
    return np.asarray(least, np.float32)[level.hole]
