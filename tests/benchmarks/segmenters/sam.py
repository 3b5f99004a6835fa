"""How long SAM takes for the first and for a second click, and how much memory.

The networks have their full size and random weights, which changes what they answer and not how
long they take. Each case runs in a process of its own, on one thread. Of two turns the quicker one
counts: in seconds of that thread on a CPU, and of the clock on a GPU. Run it from the root:

    python tests/benchmarks/segmenters/sam.py
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
from time import perf_counter, process_time

import numpy as np
import torch
from transformers import Sam2Config, Sam2Model, SamConfig, SamModel
from transformers.utils import logging

from fastseg_edit.backends.sam import Sam
from fastseg_edit.prompt import Points

SIZES = {0.3: (480, 640), 12: (3000, 4000), 50: (6120, 8160)}
"""(height, width) by megapixels."""

NETWORKS = {
    "sam-b": lambda: SamModel(SamConfig(vision_config={"initializer_range": 0.02})),
    "sam2-tiny": lambda: Sam2Model(Sam2Config()),
}
_TURNS = 2


def measure(folder: str, size: tuple[int, int], device: str) -> tuple[float, float, float]:
    """Return seconds for the first click, seconds for a second one, and peak memory in GB."""
    torch.set_num_threads(1)
    clock = process_time if device == "cpu" else perf_counter
    sam = Sam(weights=folder, device=device)
    photo = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    turns = []
    for turn in range(_TURNS):
        start = clock()
        encoding = sam.encode(photo)
        _click(sam, encoding, 100 + turn)
        between = clock()
        _click(sam, encoding, 200 + turn)
        turns.append((between - start, clock() - between))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return min(first for first, _ in turns), min(second for _, second in turns), peak


def _click(sam: Sam, encoding, place: int) -> None:
    """Ask for an object, and take the best mask at the photo's size."""
    found = sam.predict(encoding, Points.at(place, place))
    found[int(found.scores.argmax())]


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", choices=NETWORKS, nargs="*", default=list(NETWORKS))
    parser.add_argument("--device", default="cpu")
    asked = parser.parse_args()
    print(f"{'network':10} {'Mpx':>5} {'first s':>8} {'second s':>9} {'ratio':>7} {'GB':>6}")
    for name in asked.network:
        with tempfile.TemporaryDirectory() as folder:
            torch.manual_seed(0)
            logging.disable_progress_bar()
            NETWORKS[name]().save_pretrained(folder)
            for megapixels, size in SIZES.items():
                context = multiprocessing.get_context("spawn")
                with context.Pool(1) as pool:
                    first, second, peak = pool.apply(measure, (folder, size, asked.device))
                row = f"{first:8.2f} {second:9.3f} {second / first:7.4f} {peak:6.2f}"
                print(f"{name:10} {megapixels:5} {row}", flush=True)


if __name__ == "__main__":
    main()
