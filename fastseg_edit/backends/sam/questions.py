"""Prompts in the words of the network: clicks with labels, boxes, and rough masks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.errors import PromptError
from fastseg_edit.ops import morphology
from fastseg_edit.prompt import Boxes, Points, Rough

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.prompt import Place

_ALONG = 4  # clicks that stand for the strokes of one kind
_LARGE = 512  # pixels along a side from which not every pixel of a stroke is looked at
_SURE = 8.0  # log odds of a cell that a rough mask covers; networks give 5 to 15 inside an object
_FINE = 256  # cells along each side of a rough mask, at most: as many as the networks take


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """N questions of one form. Each is about one object.

    Attributes:
        clicks: (N, K, 2) float32, in pixels (x, y) of the photo. K may be 0.
        labels: (N, K) int64, 1 for a click on the object and 0 for one beside it.
        boxes: (N, 4) float32, (left, top, right, bottom), or None.
        rough: (h, w) float32 log odds of the object, on a grid over the whole photo, or None.
            Only where N is 1.
    """

    clicks: NDArray[np.float32]
    labels: NDArray[np.int64]
    boxes: NDArray[np.float32] | None = None
    rough: NDArray[np.float32] | None = None

    @classmethod
    def of(cls, prompt: Place, size: tuple[int, int]) -> Questions:
        """Translate a prompt; what lies beyond the photo (height, width) is moved into it."""
        if isinstance(prompt, Rough):
            return cls(*_nothing(1), _around(prompt.pixels), _soft(prompt.pixels))
        if isinstance(prompt, Boxes):
            return cls(*_nothing(len(prompt.xyxy)), _within(prompt.xyxy, size))
        if isinstance(prompt, Points):
            box = None if prompt.box is None else _within([prompt.box], size)
            clicks = np.clip(np.array(prompt.xy), 0, np.array(size[::-1]) - 1)
            labels = np.array(prompt.labels, np.int64)
            return cls(clicks.astype(np.float32)[None], labels[None], box)
        on, off = along(prompt.on), along(prompt.off & ~prompt.on)
        labels = np.repeat(np.array([1, 0], np.int64), [len(on), len(off)])
        return cls(np.concatenate([on, off])[None], labels[None])

    @classmethod
    def inside(cls, mask: MaskArray) -> Questions:
        """Click on a few places deep in a mask (H, W) bool, all on one object."""
        clicks = along(mask)[None]
        return cls(clicks, np.ones(clicks.shape[:2], np.int64))

    @classmethod
    def everywhere(cls, size: tuple[int, int], side: int) -> Questions:
        """Click in the middle of every cell of a grid of `side` x `side` over the photo."""
        steps = (np.arange(side) + 0.5) / side
        clicks = np.stack(np.meshgrid(steps * size[1], steps * size[0]), axis=-1) - 0.5
        flat = clicks.reshape(-1, 1, 2).astype(np.float32)
        return cls(flat, np.ones(flat.shape[:2], np.int64))

    @property
    def ambiguous(self) -> bool:
        """Whether several answers may be right: one click does not say how much is meant."""
        return self.boxes is None and self.clicks.shape[1] == 1

    def part(self, first: int, count: int) -> Questions:
        """Return some of the questions."""
        some = slice(first, first + count)
        boxes = None if self.boxes is None else self.boxes[some]
        return replace(self, clicks=self.clicks[some], labels=self.labels[some], boxes=boxes)

    def __len__(self) -> int:
        return len(self.clicks)


def along(stroke: MaskArray) -> NDArray[np.float32]:
    """Choose a few clicks that stand for a stroke, far from its border and from one another.

    Args:
        stroke: (H, W) bool.

    Returns:
        (n, 2) float32 pixels (x, y) of the stroke; n is 0 to 4.

    References:
        Gonzalez. Clustering to minimize the maximum intercluster distance. TCS 1985.
        doi:10.1016/0304-3975(85)90224-5 (the farthest point is chosen next)
    """
    if not stroke.any():
        return np.zeros((0, 2), np.float32)
    window = morphology.neighbourhood(stroke, 1)
    part, step = _thinned(stroke[window])
    depth = morphology.depth(part)
    rows, columns = np.nonzero(depth >= depth.max() / 2)
    places = np.stack([columns, rows], axis=1) * step + [window[1].start, window[0].start]
    chosen = [int(np.argmin(np.hypot(*(places - places.mean(axis=0)).T)))]
    while len(chosen) < min(_ALONG, len(places)):
        apart = np.hypot(*np.moveaxis(places[:, None] - places[chosen], -1, 0)).min(axis=1)
        chosen.append(int(apart.argmax()))
    return np.asarray(places[chosen], np.float32)


def _thinned(stroke: MaskArray) -> tuple[MaskArray, int]:
    """Return every so many pixels of a large stroke, and how many, if any of it remains."""
    step = 1 + max(stroke.shape) // _LARGE
    few = stroke[::step, ::step]
    return (few, step) if few.any() else (stroke, 1)


def covered(mask: MaskArray, cells: tuple[int, int]) -> NDArray[np.float32]:
    """Return the share of each of (rows, columns) of cells that a mask covers, 0 to 1."""
    levels = mask.astype(np.uint8) * np.uint8(255)
    shares = cv2.resize(levels, cells[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(shares / np.float32(255), np.float32)


def _nothing(count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    return np.zeros((count, 0, 2), np.float32), np.zeros((count, 0), np.int64)


def _around(mask: MaskArray) -> NDArray[np.float32]:
    if not mask.any():
        raise PromptError("E_MASK_EMPTY", "the rough mask selects no pixel")
    return np.array([morphology.bounding_box(mask)], np.float32)


def _soft(mask: MaskArray) -> NDArray[np.float32]:
    """Return log odds that rise with the share of each cell that is covered."""
    cells = min(mask.shape[0], _FINE), min(mask.shape[1], _FINE)
    return (2 * covered(mask, cells) - 1) * np.float32(_SURE)


def _within(boxes: object, size: tuple[int, int]) -> NDArray[np.float32]:
    corner = np.array([size[1], size[0]] * 2)
    return np.clip(np.array(boxes, np.float32), 0, corner).astype(np.float32)
