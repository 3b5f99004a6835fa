"""How much is meant by a click: learned from one object, and done again with others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit.cutouts import Cutout
from fastseg_edit.ops import morphology
from fastseg_edit.prompt import Points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.cutouts import PixelBox
    from fastseg_edit.protocols import Segmenter

    Click = tuple[float, float]

_STEPS = 10  # of each weight from 0 to 1
_FINE = 256  # pixels along each side at which masks are compared, at most


@dataclass(frozen=True, slots=True)
class Scales:
    """Weights of the three masks that a click may mean, such as a hat, a head and a person.

    Attributes:
        weights: Of the smallest mask, the middle one and the largest. They add up to 1.
    """

    weights: tuple[float, float, float]

    @classmethod
    def fitted(cls, segmenter: Segmenter, encoding: Any, click: Click, true: MaskArray) -> Scales:
        """Find the weights with which a click on an object selects just that object.

        PerSAM-F [1] fits two weights, the third being the rest, to the network's logits by
        gradient descent. Here the masks are mixed by how deep each pixel lies inside or outside
        of them, so that any segmenter will do, and the best of 66 pairs of weights is taken.

        Args:
            segmenter: The segmenter.
            encoding: What it made of the photo.
            click: (x, y) on the object.
            true: (H, W) bool, the object.

        Returns:
            The weights, equal ones if the click selects nothing.

        References:
            [1] Zhang et al. Personalize segment anything model with one shot. ICLR 2024.
                arXiv:2305.03048
        """
        box, depths = _depths(segmenter, encoding, click, Cutout.of(true).box)
        left, top, right, bottom = box
        if not len(depths):
            return cls((1 / 3, 1 / 3, 1 / 3))
        step = 1 + max(depths.shape) // _FINE
        wanted, coarse = true[top:bottom:step, left:right:step], depths[:, ::step, ::step]
        return max(
            (cls(weights) for weights in _simplex()),
            key=lambda scales: _overlap(scales.mixed(coarse), wanted),
        )

    def at(self, segmenter: Segmenter, encoding: Any, click: Click) -> Cutout:
        """Return what a click selects, mixed by these weights; perhaps nothing."""
        box, depths = _depths(segmenter, encoding, click)
        mixed = self.mixed(depths) if len(depths) else np.zeros((1, 1), bool)
        return Cutout.of(mixed, at=box[:2])

    def mixed(self, depths: NDArray[np.float32]) -> MaskArray:
        """Return where masks, (3, h, w) by the depth of each pixel in them, hold on average."""
        return np.asarray(np.tensordot(self.weights, depths, 1) > 0)


def _depths(
    segmenter: Segmenter, encoding: Any, click: Click, within: PixelBox | None = None
) -> tuple[PixelBox, NDArray[np.float32]]:
    """Return a box round all that a click may mean, and how deep each pixel lies in each mask.

    Args:
        segmenter: The segmenter.
        encoding: What it made of the photo.
        click: (x, y).
        within: What the box holds as well.

    Returns:
        The box; and (3, h, w) pixels, negative outside of a mask, the smallest mask first and the
        largest twice if there are only two. (0, 1, 1) if there are no masks.
    """
    found = segmenter.predict(encoding, Points.at(*click))
    order = [number for number in np.argsort(found.areas) if found.areas[number]]
    if not order:
        return (0, 0, 1, 1), np.zeros((0, 1, 1), np.float32)
    cutouts = [found.cutouts[number] for number in (order + order[-1:] * 2)[:3]]
    boxes = [cutout.box for cutout in cutouts] + [within] * (within is not None)
    left, top, right, bottom = reduce(_round_both, boxes)
    columns, rows = np.arange(left, right), np.arange(top, bottom)
    masks = (cutout.at(columns, rows) for cutout in cutouts)
    return (left, top, right, bottom), np.stack([_depth(mask) for mask in masks])


def _depth(mask: MaskArray) -> NDArray[np.float32]:
    most = max(mask.shape)  # depth is infinite where there is no outline
    inside, outside = (morphology.depth(part) for part in (mask, ~mask))
    signed: NDArray[np.float32] = np.minimum(inside, most) - np.minimum(outside, most)
    return signed


def _round_both(one: PixelBox, other: PixelBox) -> PixelBox:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _simplex() -> list[tuple[float, float, float]]:
    """Return all weights in steps that add up to 1, first those that take one mask as it is."""
    tenths = [(a, b, _STEPS - a - b) for a, b in product(range(_STEPS + 1), repeat=2)]
    allowed = [each for each in tenths if each[2] >= 0]
    allowed.sort(key=lambda each: -sum(part**2 for part in each))
    return [(a / _STEPS, b / _STEPS, c / _STEPS) for a, b, c in allowed]


def _overlap(one: MaskArray, other: MaskArray) -> float:
    joined = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / joined) if joined else 0.0
