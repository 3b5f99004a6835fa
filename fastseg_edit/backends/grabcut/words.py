"""The colours of a view as a few words, and what each word says about the object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray

_SAMPLES = 2500  # pixels from which the words are learned
_LIGHTNESS, _HUE = 0.6, 1.2  # weights of L and of a, b: shading counts less than colour
_TEXTURE = 4.0  # weight of the mean gradient round a pixel
_PLACE = 1.4  # spread of the places against that of the colours, in the vocabulary with places
_PLACE_SHARE = 0.2  # weight of the vocabulary with places
_ODDS = 3.0  # log odds that a word can have
_PRIOR = 0.01  # share of the mean count that every word has in advance


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One vocabulary after another, each as the number of the word at each pixel.

    Attributes:
        size: (height, width) of the view.
        labels: For each vocabulary (height * width,) int.
        weights: For each vocabulary, how much it counts.
    """

    size: tuple[int, int]
    labels: tuple[NDArray[np.intp], ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, view: ImageArray, counts: tuple[int, ...]) -> Words:
        """Learn vocabularies of several sizes, and one that tells places apart too.

        Several vocabularies together have finer steps and still enough pixels for each word.

        Args:
            view: (h, w, 3) uint8 RGB.
            counts: How many words each vocabulary has. The last one is used with places.
        """
        look = _features(view)
        labels = [_learn(look, count, seed) for seed, count in enumerate(counts[:-1])]
        rows, columns = np.indices(view.shape[:2], np.float32).reshape(2, -1)
        scale = _PLACE * np.sqrt(look.var(axis=0).sum() / rows.size)
        placed = np.column_stack([look, rows * scale, columns * scale]).astype(np.float32)
        labels.append(_learn(placed, counts[-1], len(counts)))
        colour_share = 1 / (len(counts) - 1)
        weights = (colour_share,) * (len(counts) - 1) + (_PLACE_SHARE,)
        return cls(view.shape[:2], tuple(labels), weights)

    def odds(
        self, share: NDArray[np.float32], emphasis: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Tell for each pixel how well its words fit the object.

        Args:
            share: (h, w) float32 in 0..1, the belief that a pixel is on the object.
            emphasis: (h, w) float32, how much a pixel counts.

        Returns:
            (h, w) float32: natural logarithm of the odds.
        """
        inside = (share * emphasis).ravel()
        outside = ((1 - share) * emphasis).ravel()
        total = np.zeros(inside.shape, np.float32)
        for labels, weight in zip(self.labels, self.weights, strict=True):
            ratio = np.log(_histogram(labels, inside) / _histogram(labels, outside))
            total += (weight * np.clip(ratio, -_ODDS, _ODDS)).astype(np.float32)[labels]
        return total.reshape(self.size)


def _features(view: ImageArray) -> NDArray[np.float32]:
    """Return colour and roughness of each pixel, (h * w, 4) float32."""
    lab = cv2.cvtColor(view, cv2.COLOR_RGB2LAB).astype(np.float32)
    light = lab[..., 0]
    slopes = [cv2.Sobel(light, cv2.CV_32F, *axis, scale=0.25) for axis in ((1, 0), (0, 1))]
    rough = np.sqrt(cv2.GaussianBlur(np.hypot(*slopes), (0, 0), 3) + 1) * _TEXTURE
    soft = np.asarray(cv2.GaussianBlur(lab, (0, 0), 0.8)) * np.array(
        [_LIGHTNESS, _HUE, _HUE], np.float32
    )
    return np.dstack([soft, rough]).reshape(-1, 4).astype(np.float32)


def _learn(look: NDArray[np.float32], count: int, seed: int) -> NDArray[np.intp]:
    """Cluster the pixels with k-means, from the same random numbers each time."""
    samples = np.ascontiguousarray(look[:: max(1, len(look) // _SAMPLES)])
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 8, 0.5)
    cv2.setRNGSeed(seed)
    _, _, centres = cv2.kmeans(
        samples, min(count, len(samples)), np.empty(0), stop, 1, cv2.KMEANS_PP_CENTERS
    )
    middle = np.asarray(centres, np.float32)
    nearness = look @ middle.T - (middle**2).sum(axis=1) / 2
    return np.asarray(nearness.argmax(axis=1))


def _histogram(labels: NDArray[np.intp], weights: NDArray[np.float32]) -> NDArray[np.float64]:
    count = int(labels.max()) + 1
    counts = np.bincount(labels, weights, count) + _PRIOR * labels.size / count
    return np.asarray(counts / counts.sum())
