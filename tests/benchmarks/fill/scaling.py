"""How time and memory grow with the photo: python tests/benchmarks/fill/scaling.py.

Each point runs in a fresh process, so that its peak memory is its own. `photo` is what the process
needs with the photo and the mask loaded, `peak` is with the fill.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time

import cv2
import numpy as np
from cases import BUNDLED, blob, opened

from fastseg_edit.backends.exemplar import Exemplar
from fastseg_edit.protocols import Hole

MEGAPIXELS = (1, 2, 4, 8, 12, 24, 50)
FIXED = 60_000
SHARE = 0.06


def main() -> None:
    """Print both curves, or measure one point if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--point", nargs=2, type=float, help="megapixels, pixels of the hole")
    point = parser.parse_args().point
    if point:
        print(json.dumps(measured(*point)))
        return
    for title, pixels in (("fixed hole", lambda _: FIXED), ("6 % hole", lambda m: SHARE * m * 1e6)):
        print(f"\n{title}\n{'MP':>5}{'hole px':>10}{'CPU s':>8}{'photo MB':>10}{'peak MB':>9}")
        for megapixels in MEGAPIXELS:
            print_point(megapixels, pixels(megapixels))


def print_point(megapixels: float, pixels: float) -> None:
    """Measure in a process of its own and print a line."""
    command = [sys.executable, __file__, "--point", str(megapixels), str(pixels)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    hole, seconds, before, peak = json.loads(run.stdout)
    print(f"{megapixels:5}{hole:10}{seconds:8.2f}{before:10.0f}{peak:9.0f}", flush=True)


def measured(megapixels: float, pixels: float) -> tuple[int, float, float, float]:
    """Fill one hole; returns its pixels, CPU seconds, and megabytes before and at the peak."""
    cv2.setNumThreads(1)
    image = _photo(megapixels)
    mask = _mask(image.shape[:2], pixels)
    before = _peak()
    start = time.process_time()
    Exemplar().inpaint(Hole(image, mask))
    return int(mask.sum()), time.process_time() - start, before, _peak()


def _photo(megapixels: float) -> np.ndarray:
    small = opened(BUNDLED / "coffee.png")
    height = int(np.sqrt(megapixels * 1e6 * 3 / 4))
    return cv2.resize(small, (height * 4 // 3, height), interpolation=cv2.INTER_LINEAR)


def _mask(shape: tuple[int, int], pixels: float) -> np.ndarray:
    drawn = blob(np.random.default_rng(1)).astype(np.uint8)
    scale = np.sqrt(pixels / drawn.sum())
    small = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    mask = np.zeros(shape, bool)
    top, left = (shape[0] - small.shape[0]) // 2, (shape[1] - small.shape[1]) // 2
    mask[top : top + small.shape[0], left : left + small.shape[1]] = small
    return mask


def _peak() -> float:
    """Megabytes; Linux counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main()
