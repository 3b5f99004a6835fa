"""OpenCV's GrabCut as it is commonly called: what the segmenter is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray

LONGEST = 512  # pixels to which a photo is reduced
ROUNDS = 5


def by_box(image: ImageArray, rectangle: tuple[float, ...]) -> MaskArray:
    """Start with everything in a rectangle."""
    small, scale = _reduced(image)
    left, top, right, bottom = (round(side * scale) for side in rectangle)
    labels = np.zeros(small.shape[:2], np.uint8)
    area = left, top, max(right - left, 2), max(bottom - top, 2)
    return _cut(small, labels, area, cv2.GC_INIT_WITH_RECT, image)


def by_click(image: ImageArray, click: tuple[float, float]) -> MaskArray:
    """Start with a disc on the click, and everything else perhaps background."""
    small, scale = _reduced(image)
    labels = np.full(small.shape[:2], cv2.GC_PR_BGD, np.uint8)
    middle = int(click[0] * scale), int(click[1] * scale)
    cv2.circle(labels, middle, LONGEST // 64, cv2.GC_FGD, -1)
    return _cut(small, labels, None, cv2.GC_INIT_WITH_MASK, image)


def _cut(
    small: ImageArray,
    labels: np.ndarray,
    area: tuple[int, int, int, int] | None,
    mode: int,
    image: ImageArray,
) -> MaskArray:
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    cv2.grabCut(small, labels, area, *models, ROUNDS, mode)
    size = image.shape[1], image.shape[0]
    return cv2.resize((labels % 2).astype(np.float32), size) > 0.5


def _reduced(image: ImageArray) -> tuple[ImageArray, float]:
    scale = min(1.0, LONGEST / max(image.shape[:2]))
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), scale
