"""Measure how long CLIP takes to choose among 60 masks of a large photo.

    python tests/benchmarks/text/speed.py [--masks N] [--turns N]

The network is a ViT-B/32 of full size with random weights, on one thread. The photo has 12
megapixels, and the masks lie on a grid of 160 x 120 cells, as a YOLO or SAM gives them; every
sixth one is nearly the same as another, as FastSAM's are at its overlap of 0.9. FastSAM's way puts
every mask on a white canvas of the photo's size, shrinks it, and looks at all of them at once, in
one batch without bounds; "crop by crop" looks at each by itself. Ours cuts squares of the size that
CLIP sees and looks at them in batches. All run in turn, and of each the quickest turn counts.
"""

from __future__ import annotations

import argparse
import json
import tempfile
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

SIZE = (3000, 4000)
CELLS = (120, 160)
_AGAIN = 6  # every so many masks, one that was there before


def masks(count: int) -> Candidates:
    """Return discs and ellipses of all sizes, as a network gives them."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[: CELLS[0], : CELLS[1]]
    grid = Grid.over(SIZE, CELLS)
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
    return Candidates(SIZE, tuple(cutouts), scores, np.arange(count))


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


def main() -> None:
    """Run both ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--masks", type=int, default=60)
    parser.add_argument("--turns", type=int, default=2)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    photo = np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)
    found = masks(given.masks)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        network = Clip(folder).network
        for words in ("a cup", "a plate"):
            network.of_words(words)  # so that neither way pays for it
        peer = Peer("FastSAM", network)
        theirs, singly, first, second = [], [], [], []
        for _ in range(given.turns):
            ranker = Clip(folder)
            vars(ranker)["network"] = network  # loaded once, and nothing seen yet
            first.append(timed(ranker.rank, photo, found, Text("a cup")))
            second.append(timed(ranker.rank, photo, found, Text("a plate")))
            theirs.append(timed(peer.look, photo, found))
            singly.append(timed(peer.look, photo, found, 1))
    print(f"{given.masks} masks on a photo of 12 megapixels, ViT-B/32, one thread, CPU seconds")
    print(f"FastSAM's way   {min(theirs):6.2f}   {min(theirs) / min(first):.1f} times ours")
    print(f"crop by crop    {min(singly):6.2f}   {min(singly) / min(first):.1f} times ours")
    print(f"ours            {min(first):6.2f}")
    print(f"second prompt   {min(second):6.2f}   {min(second) / min(first):.3f} of the first")


if __name__ == "__main__":
    main()
