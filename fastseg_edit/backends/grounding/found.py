"""Boxes as a detector returns them, and as a photo has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a detector sees in a photo.

    Attributes:
        boxes: (N, 4) float64: left, top, right, bottom in pixels of the photo; right and bottom
            outside.
        scores: (N,) float32, 0 to 1.
    """

    boxes: NDArray[np.float64]
    scores: NDArray[np.float32]

    @classmethod
    def of(cls, logits: Tensor, centred: Tensor, span: tuple[float, float]) -> Found:
        """Return a detector's answer in pixels of the photo.

        Args:
            logits: (N, ...), how well each box shows each thing that was asked for. The best one
                counts.
            centred: (N, 4) centre x, centre y, width and height, as shares of what the detector
                was shown.
            span: (width, height) of what it was shown, in pixels of the photo.
        """
        scores = logits.flatten(1).amax(1).sigmoid()
        return cls(corners(centred, span), scores.cpu().numpy().astype(np.float32))

    @property
    def whole(self) -> bool:
        """Whether every box and every score is a number."""
        return bool(np.isfinite(self.boxes).all() and np.isfinite(self.scores).all())

    def take(self, which: NDArray[np.intp]) -> Found:
        """Return some of the boxes, in the order asked for."""
        return Found(self.boxes[which], self.scores[which])

    def within(self, size: tuple[int, int]) -> Found:
        """Return the parts of the boxes that lie in the photo, at least a pixel wide and high.

        Args:
            size: (height, width) of the photo. Boxes wholly beside it, such as on the margin that
                makes it a square, are left out.
        """
        far = np.array(size[::-1], np.float64)
        near, end = self.boxes[:, :2], self.boxes[:, 2:]
        inside = np.flatnonzero(((near < far) & (end > 0)).all(axis=1))
        near = np.clip(near[inside], 0, far - 1)
        end = np.clip(end[inside], near + 1, far)
        return Found(np.hstack([near, end]), self.scores[inside])

    def distinct(self, overlap: float, most: int) -> Found:
        """Return the boxes best first, without those that are nearly the same as a better one.

        Args:
            overlap: Intersection over union beyond which two boxes are one.
            most: How many boxes to return at most.
        """
        kept: list[int] = []
        for number in np.argsort(-self.scores, kind="stable"):
            if (overlaps(self.boxes[number], self.boxes[kept]) <= overlap).all():
                kept.append(int(number))
            if len(kept) == most:
                break
        return self.take(np.array(kept, np.intp))


def corners(centred: Tensor, span: tuple[float, float]) -> NDArray[np.float64]:
    """Return boxes as (N, 4) left, top, right, bottom in pixels. Arguments as for `Found.of`."""
    shares = centred.cpu().numpy().astype(np.float64)
    middle, half = shares[:, :2], shares[:, 2:] / 2
    pixels: NDArray[np.float64] = np.hstack([middle - half, middle + half]) * np.tile(span, 2)
    return pixels


def overlaps(box: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the intersection over union, (N,), of one box (4,) with each of N, (N, 4).

    Boxes without area overlap with nothing.
    """
    common = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = common.clip(0).prod(axis=1)
    union = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod() - shared
    ratio: NDArray[np.float64] = shared / np.where(union > 0, union, 1)
    return ratio
