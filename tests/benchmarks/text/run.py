"""Measure the choice of masks by words against FastSAM's and ultralytics' own.

    python tests/benchmarks/text/run.py [--scenes N] [--split validation|test] [--first N]

All choose among the same masks of fastsam-mini with the same CLIP: clip-mini, and a weak one that
has learnt from whole scenes only and has never seen an object cut out, as is true of real CLIPs.
Prints how often the right object is chosen (IoU above 0.5), by its full name, its colour or its
shape, among any objects and among ones alike; F1 for all objects of a kind; and how often the
answer to what is not there is that it is not.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import scenes
import torch
from peers import CROPS, Peer
from rich.progress import track

from fastseg_edit import Edit, Text, models, profiles
from fastseg_edit.backends.clip import Clip
from fastseg_edit.errors import NoObjectError
from fastseg_edit.stages import Segment
from fastseg_edit.world import Split

CLIPS = {"clip-mini": "clip-mini", "weak-clip": str(Path(__file__).parent / "weak-clip")}
RIGHT = 0.5
COLUMNS = ("full", "colour", "shape", "plain", "alike", "right", "F1", "absent")


class Tally:
    """What one method got right."""

    def __init__(self) -> None:
        self.right: dict[str, list[bool]] = defaultdict(list)
        self.found, self.wrong, self.missed = 0, 0, 0

    def add(self, kind: str, query: scenes.Query, overlaps: np.ndarray) -> None:
        """Count one answer.

        Args:
            kind: Of the scene.
            query: What was asked for.
            overlaps: (N, M) IoU of the N masks chosen with the M objects.
        """
        if query.kind == "absent":
            self.right["absent"].append(not len(overlaps))
        elif query.kind == "every":
            left = set(query.things)
            for row in overlaps:
                hit = next((thing for thing in left if row[thing] > RIGHT), None)
                left.discard(hit)
                self.found += hit is not None
                self.wrong += hit is None
            self.missed += len(left)
        else:
            hit = len(overlaps) > 0 and overlaps[0, list(query.things)].max() > RIGHT
            for column in (query.kind, kind, "right"):
                self.right[column].append(bool(hit))

    def figures(self) -> dict[str, float]:
        """Return a figure for each column."""
        f1 = 2 * self.found / max(1, 2 * self.found + self.wrong + self.missed)
        return {name: float(np.mean(self.right[name])) for name in COLUMNS if name != "F1"} | {
            "F1": f1
        }

    def errors(self) -> int:
        """Return how often the wrong object was chosen."""
        return self.right["right"].count(False)


def ours(photo: np.ndarray, words: str, ranker: Clip) -> list[np.ndarray]:
    """Return the masks that this project chooses, one for each object."""
    segment = Segment(profiles.load("mini").segmenter, ranker=ranker)
    try:
        found = segment(Edit(photo, Text(words))).candidates
    except NoObjectError:
        return []
    return [found[number] for number in found.best()]


def overlaps(masks: list[np.ndarray], scene) -> np.ndarray:
    """Return the IoU of each mask with each object."""
    pairs = [
        [(mask & true).sum() / (mask | true).sum() for true in scene.visible] for mask in masks
    ]
    return np.array(pairs).reshape(len(masks), len(scene.things))


def measure(weights: str, split: Split, numbers: range) -> dict[str, Tally]:
    """Return what each method gets right with one CLIP."""
    segmenter = models.get("segmenter", profiles.load("mini").segmenter)
    ranker = Clip(weights)
    peers = {name: Peer(name, ranker.network) for name in CROPS}
    tallies = {name: Tally() for name in (*peers, "ours")}
    for number in track(numbers, weights.rpartition("/")[2], transient=True):
        for kind in scenes.KINDS:
            scene = scenes.draw(kind, split.seed(number))
            found = segmenter.predict(models.encode(segmenter, scene.photo), None)
            seen = {name: peer.look(scene.photo, found) for name, peer in peers.items()}
            for query in scenes.queries(kind, scene):
                for name, peer in peers.items():
                    chosen = [found[best] for best in peer.choose(seen[name], query.words)]
                    tallies[name].add(kind, query, overlaps(chosen, scene))
                masks = ours(scene.photo, query.words, ranker)
                tallies["ours"].add(kind, query, overlaps(masks, scene))
    return tallies


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=int, default=60, help="of each kind")
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--split", default="validation", choices=("validation", "test"))
    given = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    numbers = range(given.first, given.first + given.scenes)
    print(f"{given.scenes} scenes of each kind, {given.split} split from {given.first}")
    for clip, weights in CLIPS.items():
        tallies = measure(weights, Split(given.split), numbers)
        asked = len(tallies["ours"].right["right"])
        print(f"\n{clip + f', {asked} asked':24}" + "".join(f"{name:>8}" for name in COLUMNS))
        for name, tally in tallies.items():
            figures = tally.figures()
            row = "".join(f"{figures[column]:8.3f}" for column in COLUMNS)
            share = tally.errors() / max(1, tallies["FastSAM"].errors())
            print(f"{name:24}{row}   errors {tally.errors()}, {share:.2f} of FastSAM's")


if __name__ == "__main__":
    main()
