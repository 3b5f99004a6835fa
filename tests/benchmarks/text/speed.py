"""Measure how long CLIP takes to choose among 60 masks of a large photo.

    python tests/benchmarks/text/speed.py [--masks N] [--turns N]

The network is a ViT-B/32 of full size with random weights, on one thread. The photo has 12
megapixels, and the masks lie on a grid of 160 x 120 cells, as a YOLO or SAM gives them; every
sixth one is nearly the same as another, as FastSAM's are at its overlap of 0.9. FastSAM's way puts
every mask on a white canvas of the photo's size, shrinks it, and looks at all of them at once, in
one batch without bounds; "crop by crop" looks at each by itself. Ours cuts squares of the size that
CLIP sees and looks at them in batches. All run in turn, and of each the quickest turn counts. At
last ours alone, on photos of 0.3, 12 and 50 megapixels, with the process's peak memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from collections import defaultdict
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import cv2
import numpy as np
import open_clip
import torch
from peers import Peer
from safetensors.torch import save_file

from fastseg_edit import Text
from fastseg_edit.backends.clip import Clip
from fastseg_edit.candidates import Candidates
from fastseg_edit.cutouts import Soft
from fastseg_edit.ops.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastseg_edit.backends.clip.network import Network

SIZE = (3000, 4000)
SIZES = ((480, 640), SIZE, (5774, 8660))
CELLS = (120, 160)
WORDS = ("cup", "plate")
_AGAIN = 6  # every so many masks, one that was there before


def masks(count: int, size: tuple[int, int]) -> Candidates:
    """Return discs and ellipses of all sizes on a photo, as a network gives them."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[: CELLS[0], : CELLS[1]]
    grid = Grid.over(size, CELLS)
    cutouts: list[Soft] = []
    for number in range(count):
        if number % _AGAIN < _AGAIN - 1:
            y, x = random.uniform(10, CELLS[0] - 10), random.uniform(10, CELLS[1] - 10)
            high, wide = random.uniform(4, 40, 2)
        else:
            x += 0.1
        soft = 1 - ((rows - y) / high) ** 2 - ((columns - x) / wide) ** 2
        cutouts.append(Soft.on(grid, soft.astype(np.float32)))
    scores = np.linspace(1, 0.3, count, dtype=np.float32)
    return Candidates(size, tuple(cutouts), scores, np.arange(count))


def write(folder: Path) -> None:
    """Write a ViT-B/32 with random weights in open_clip's layout."""
    torch.manual_seed(0)
    configuration = open_clip.get_model_config("ViT-B-32")
    preprocess = {"mean": open_clip.OPENAI_DATASET_MEAN, "std": open_clip.OPENAI_DATASET_STD}
    document = {"model_cfg": configuration, "preprocess_cfg": preprocess}
    (folder / "open_clip_config.json").write_text(json.dumps(document))
    save_file(open_clip.create_model("ViT-B-32").state_dict(), folder / "model.safetensors")


def timed(run: Callable[..., object], *given: object) -> float:
    """Return the CPU seconds of one call."""
    start = process_time()
    run(*given)
    return process_time() - start


def noise(size: tuple[int, int]) -> np.ndarray:
    """Return a photo (H, W, 3) uint8 of noise."""
    return np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)


def fresh(folder: str, network: Network) -> Clip:
    """Return a ranker that has its network, and has seen nothing yet."""
    ranker = Clip(folder)
    vars(ranker)["network"] = network
    return ranker


def compared(folder: str, network: Network, count: int, turns: int) -> dict[str, float]:
    """Return the CPU seconds of ours and of FastSAM's way, the quickest turn of each."""
    photo, found, peer = noise(SIZE), masks(count, SIZE), Peer("FastSAM", network)
    seconds = defaultdict(list)
    for _ in range(turns):
        ranker = fresh(folder, network)
        seconds["ours"].append(timed(ranker.rank, photo, found, Text("a cup")))
        seconds["second prompt"].append(timed(ranker.rank, photo, found, Text("a plate")))
        seconds["FastSAM's way"].append(timed(peer.look, photo, found))
        seconds["crop by crop"].append(timed(peer.look, photo, found, 1))
    return {name: min(each) for name, each in seconds.items()}


def sizes(folder: str, network: Network, count: int) -> None:
    """Print what ours takes on photos of several sizes, the smallest first."""
    print("\nours: megapixels, first prompt, second prompt, peak memory of the process in MB")
    for size in SIZES:
        photo, found, ranker = noise(size), masks(count, size), fresh(folder, network)
        first, second = (timed(ranker.rank, photo, found, Text(f"a {word}")) for word in WORDS)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(f"{size[0] * size[1] / 1e6:6.1f} {first:8.2f} {second:8.2f} {peak:8.0f}")


def main() -> None:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--masks", type=int, default=60)
    parser.add_argument("--turns", type=int, default=2)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        network = Clip(folder).network
        for word in WORDS:
            network.of_words(f"a {word}")  # so that neither way pays for it
        sizes(folder, network, given.masks)
        seconds = compared(folder, network, given.masks, given.turns)
    print(f"\n{given.masks} masks on a photo of 12 megapixels, ViT-B/32, one thread, CPU seconds")
    for name, value in seconds.items():
        print(f"{name:16}{value:6.2f}   {value / seconds['ours']:.3f} of ours")


if __name__ == "__main__":
    main()
