"""Measure the outlines of networks' masks before and after SnapToEdges.

    python tests/benchmarks/edges/run.py [--scenes N] [--split validation|test] [--extra FOLDER]

Prints the intersection over union with the true mask and the F-score of the outline within 1 and
2 pixels: of what fastsam-mini and sam-mini find in drawn scenes, and of true masks of photos that
went through a grid of 256 cells, as they are and up to a cell off. "worse" is the share of masks
whose overlap fell by more than 0.002, and "least" the largest fall.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import cases
import cv2
import numpy as np
import torch
from figures import boundary, overlap

from fastseg_edit import Edit
from fastseg_edit.stages import SnapToEdges
from fastseg_edit.world import Split

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray

SEGMENTATION = Path(__file__).parents[1] / "segmentation"

_DIAGONAL = 0.5  # pixels by which a distance on the grid may be longer than meant


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=int, default=20)
    parser.add_argument("--split", default="validation", choices=("validation", "test"))
    parser.add_argument("--extra", type=Path, help="folder with more photos and masks")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    seeds = [Split(options.split).seed(number) for number in range(options.scenes)]
    folders = [SEGMENTATION] + ([options.extra] if options.extra else [])
    rows = defaultdict(list)
    for source in (cases.simulated(folders), cases.drawn(seeds)):
        for case in source:
            rows[case.kind].append(_measured(case))
    print(f"{'':22s} masks   IoU  F 1px  F 2px  ->  IoU  F 1px  F 2px  worse   least      s")
    for kind, measured in rows.items():
        before, after = (np.array([row[place] for row in measured]) for place in (0, 1))
        change = after[:, 0] - before[:, 0]
        seconds = np.mean([row[2] for row in measured])
        means = " ".join(f"{mean:6.4f}" for mean in before.mean(axis=0))
        then = " ".join(f"{mean:6.4f}" for mean in after.mean(axis=0))
        worse = f"{np.mean(change < -0.002):5.2f} {change.min():+7.4f}"
        print(f"{kind:22s} {len(measured):5d} {means} -> {then} {worse} {seconds:6.3f}", flush=True)


def _measured(case: cases.Case) -> tuple[list[float], list[float], float]:
    before = case.found[0]
    start = time.perf_counter()
    after = SnapToEdges()(Edit(case.image, chosen=case.found, mask=before)).mask
    seconds = time.perf_counter() - start
    return _figures(before, case.true), _figures(after, case.true), seconds


def _figures(found: MaskArray, true: MaskArray) -> list[float]:
    outlines = [boundary(found, true, within + _DIAGONAL) for within in (1, 2)]
    return [overlap(found, true), *outlines]


if __name__ == "__main__":
    main()
