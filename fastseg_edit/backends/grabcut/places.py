"""Guesses of where the object is, from a box or from clicks alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.backends.grabcut.separate import distance_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.prompt import Box

SLACK = 0.1
"""Share of a box's sides by which the object may stick out."""

_NEVER = -100.0
_ROUND = 2.5  # 2 is an ellipse, more comes nearer to a rectangle
_FALL = 2.4  # by which the log odds fall from the middle of the place to its rim
_CLICK = 1.5  # log odds at a click
_FAR = 4.0  # by which the log odds fall at most, before the object cannot be there
_FARTHEST = 1.8  # reaches from a click beyond which the object cannot be
_BESIDE = 3.0  # log odds that a click beside the object takes from its neighbourhood


def in_box(size: tuple[int, int], box: Box, middle: float) -> NDArray[np.float32]:
    """Guess from a box.

    Args:
        size: (height, width) of the view.
        box: (left, top, right, bottom) in pixels of the view.
        middle: Log odds in the middle of the box. 1.2 fits most objects; more for those that fill
            the box, less for thin ones.

    Returns:
        (height, width) float32: log odds.
    """
    left, top, right, bottom = box
    rows = np.abs(np.arange(size[0])[:, None] + 0.5 - (top + bottom) / 2)
    columns = np.abs(np.arange(size[1])[None] + 0.5 - (left + right) / 2)
    rows, columns = rows / max((bottom - top) / 2, 0.5), columns / max((right - left) / 2, 0.5)
    radius = (rows**_ROUND + columns**_ROUND) ** (1 / _ROUND)
    odds = middle - _FALL * radius**2
    odds[np.maximum(rows, columns) > 1 + 2 * SLACK] = _NEVER
    return np.asarray(odds, np.float32)


def covered(size: tuple[int, int], box: Box) -> MaskArray:
    """Return the pixels of a view that a box covers."""
    left, top, right, bottom = np.round(box).astype(int)
    mask = np.zeros(size, bool)
    mask[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = True
    return mask


def around(on: MaskArray, off: MaskArray, reach: float) -> NDArray[np.float32]:
    """Guess from clicks or strokes.

    Args:
        on: (h, w) bool, some True: marks on the object. It lies round their convex hull.
        off: (h, w) bool. Marks beside it.
        reach: Pixels of the view from the marks to where the object is as likely as not.

    Returns:
        (h, w) float32: log odds.
    """
    away = distance_to(_hull(on)) / reach
    odds: NDArray[np.float32] = np.maximum(_CLICK - _FALL * away**2, -_FAR)
    odds[away > _FARTHEST] = _NEVER
    return beside(odds, on, off)


def beside(odds: NDArray[np.float32], on: MaskArray, off: MaskArray) -> NDArray[np.float32]:
    """Lower the odds near marks beside the object, the more the nearer they are."""
    if not (on.any() and off.any()):
        return odds
    nearer = 1 - distance_to(off) / np.maximum(distance_to(on), 1)
    return np.asarray(odds - _BESIDE * np.clip(nearer, 0, 1), np.float32)


def _hull(mask: MaskArray) -> MaskArray:
    canvas = mask.astype(np.uint8)
    cv2.fillConvexPoly(canvas, cv2.convexHull(cv2.findNonZero(canvas)), 1)
    return canvas.astype(bool)
