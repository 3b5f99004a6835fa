"""Figures that say how well a hole was filled, where the truth is known.

None of them alone is enough: a blur has the best PSNR, noise may have the right gradients.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from skimage.metrics import structural_similarity


class Scores(NamedTuple):
    """Compares a filled hole with the truth.

    Attributes:
        psnr: Decibels within the hole, higher is better.
        ssim: Mean structural similarity within the hole, 1 is equal.
        swd: Sliced Wasserstein distance of detail patches on three scales, over their size in the
            truth; 0 is the same texture, wherever it is.
        hog: Mean cosine of the local histograms of gradient directions, 1 is equal.
        gradient: Mean gradient over that of the truth; below 1 is blurred.
        seam: Mean second difference along the rim over that of the truth; above 1 is visible.
        changed: Pixels outside the hole that differ.
    """

    psnr: float
    ssim: float
    swd: float
    hog: float
    gradient: float
    seam: float
    changed: float


def compare(result: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> Scores:
    """Score one result.

    Args:
        result: (H, W, 3) uint8 RGB.
        truth: The same photo without a hole.
        mask: (H, W) bool, the hole.
    """
    grey, true_grey = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (result, truth))
    _, similarity = structural_similarity(grey, true_grey, full=True)
    grey, true_grey = grey.astype(np.float32), true_grey.astype(np.float32)
    return Scores(
        psnr=_psnr(result, truth, mask),
        ssim=float(similarity[mask].mean()),
        swd=_sliced_wasserstein(result, truth, mask),
        hog=_hog_cosine(grey, true_grey, mask),
        gradient=_gradient(grey, mask) / (_gradient(true_grey, mask) + 0.05),
        seam=_seam(grey, mask) / (_seam(true_grey, mask) + 0.1),
        changed=float((result != truth)[~mask].any(axis=-1).sum()),
    )


def _psnr(result: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> float:
    error = result[mask].astype(np.float32) - truth[mask]
    return float(10 * np.log10(255**2 / max((error**2).mean(), 1e-3)))


def _gradient(grey: np.ndarray, mask: np.ndarray) -> float:
    across, down = _sobel(grey, 0.125)
    return float(np.hypot(across, down)[mask].mean())


def _sobel(grey: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=scale)
    return across, cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=scale)


def _seam(grey: np.ndarray, mask: np.ndarray) -> float:
    square, hole = np.ones((3, 3), np.uint8), mask.astype(np.uint8)
    band = cv2.dilate(hole, square) > cv2.erode(hole, square)
    return float(np.abs(cv2.Laplacian(grey, cv2.CV_32F, ksize=1))[band].mean())


def _hog_cosine(grey: np.ndarray, true_grey: np.ndarray, mask: np.ndarray) -> float:
    first, second = _histograms(grey), _histograms(true_grey)
    product = np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1)
    return float(((first * second).sum(axis=-1) / (product + 1e-3))[mask].mean())


def _histograms(grey: np.ndarray, bins: int = 9, window: int = 17) -> np.ndarray:
    across, down = _sobel(grey, 1)
    angle = (np.arctan2(down, across) % np.pi) / np.pi * bins
    strength = np.hypot(across, down)
    layers = []
    for number in range(bins):
        apart = np.abs((angle - number + bins / 2) % bins - bins / 2)
        share = (strength * np.clip(1 - apart, 0, 1)).astype(np.float32)
        layers.append(cv2.boxFilter(share, -1, (window, window)))
    return np.stack(layers, axis=-1)


def _sliced_wasserstein(result: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> float:
    random = np.random.default_rng(0)
    first, second, hole = result.astype(np.float32), truth.astype(np.float32), mask
    distances = []
    for _ in range(3):
        if hole.sum() < 80:
            break
        rows, columns = np.nonzero(hole[3:-3, 3:-3])
        if len(rows):
            chosen = random.choice(len(rows), min(3000, len(rows)), replace=False)
            at = rows[chosen], columns[chosen]
            distances.append(_wasserstein(_details(first, at), _details(second, at), random))
        first, second = cv2.pyrDown(first), cv2.pyrDown(second)
        hole = cv2.pyrDown(hole.astype(np.uint8) * 255) > 127
    return float(np.mean(distances)) if distances else float("nan")


def _details(image: np.ndarray, at: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    fine = image - cv2.GaussianBlur(image, (0, 0), 1.5)
    windows = np.lib.stride_tricks.sliding_window_view(fine, (7, 7), axis=(0, 1))
    return windows[at].reshape(len(at[0]), -1)


def _wasserstein(first: np.ndarray, second: np.ndarray, random: np.random.Generator) -> float:
    directions = random.normal(size=(first.shape[1], 128)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    ordered, true = np.sort(first @ directions, axis=0), np.sort(second @ directions, axis=0)
    return float(np.abs(ordered - true).mean() / (np.abs(true).mean() + 0.5))
