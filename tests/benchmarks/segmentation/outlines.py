"""Measure what smoothing and snapping do to outlines.

    python tests/benchmarks/segmentation/outlines.py [--extra FOLDER]

True masks are reduced to 160 cells, as a model would give them, and enlarged again. Prints the
overlap with the true mask, and the boundary F-score: the mean of precision and recall of outline
pixels within 2 pixels.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from truth import load, overlap

from fastseg_edit.ops.edges import smooth, snap, upsample

if TYPE_CHECKING:
    from truth import Truth

    from fastseg_edit.arrays import MaskArray

CELLS = 160
STARTS = ("soft", "hard", "hard, nearest", "soft, wrong by a cell")
WAYS = ("none", "smooth", "guided", "smooth, guided", "colour")


def main() -> None:
    """Print one row for each start and way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extra", type=Path, help="folder with more objects")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    folders = [Path(__file__).parent] + ([options.extra] if options.extra else [])
    objects = [one for folder in folders for one in load(folder)]
    print(f"{'start':24s} {'way':16s} {'IoU':>6s} {'F 2 px':>6s} {'s':>6s}")
    for start in STARTS:
        for way in WAYS:
            figures = [_measured(one, start, way) for one in objects]
            print(f"{start:24s} {way:16s}", *(f"{mean:6.3f}" for mean in np.mean(figures, axis=0)))


def _measured(truth: Truth, start: str, way: str) -> tuple[float, float, float]:
    cell = max(truth.mask.shape) / CELLS
    mask = _enlarged(truth, start)
    before = time.process_time()
    if "smooth" in way:
        mask = smooth(mask, 0.6 * cell)
    if "guided" in way:
        mask = snap(truth.image, mask, 1.5 * cell)
    if way == "colour":
        mask = snap(truth.image, mask, 1.5 * cell, "colour")
    seconds = time.process_time() - before
    return overlap(mask, truth.mask), boundary_score(mask, truth.mask), seconds


def boundary_score(one: MaskArray, other: MaskArray, tolerance: float = 2.0) -> float:
    """Return the F-score of the outlines."""
    outlines = [
        mask & (cv2.erode(mask.astype(np.uint8), np.ones((3, 3))) == 0) for mask in (one, other)
    ]
    if not all(outline.any() for outline in outlines):
        return 0.0
    away = [cv2.distanceTransform((~line).astype(np.uint8), cv2.DIST_L2, 5) for line in outlines]
    precision = float((away[1][outlines[0]] <= tolerance).mean())
    recall = float((away[0][outlines[1]] <= tolerance).mean())
    return 2 * precision * recall / max(precision + recall, 1e-9)


def _enlarged(truth: Truth, start: str) -> MaskArray:
    height, width = truth.mask.shape
    scale = CELLS / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    soft = cv2.resize(truth.mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    if "wrong" in start:
        soft = _wobbled(soft, sum(map(ord, truth.name)))
    if "hard" in start:
        soft = (soft > 0.5).astype(np.float32)
    if "nearest" in start:
        return cv2.resize(soft, (width, height), interpolation=cv2.INTER_NEAREST) > 0.5
    return upsample(soft, (height, width)) > 0.5


def _wobbled(soft: np.ndarray, seed: int) -> np.ndarray:
    """Push the outline in and out by about a cell."""
    noise = np.random.default_rng(seed).normal(size=soft.shape).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), 2)
    ramp = cv2.GaussianBlur(soft, (0, 0), 1.2)
    near = cv2.GaussianBlur(soft, (0, 0), 2.5)
    return np.clip(ramp + 0.35 * noise / noise.std() * 4 * near * (1 - near), 0, 1)


if __name__ == "__main__":
    main()
