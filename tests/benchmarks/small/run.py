"""Measure what is found of small objects in large photos.

    python tests/benchmarks/small/run.py [--photos N] [--split validation|test]

Prints for drawn photos of 2000 to 3000 pixels with objects of 12 to 40 pixels: how many are among
the proposals for everything, from the whole photo and from tiles; how many are found by a click
and by a box, with a segmenter alone and with all that Segment tries; and how many by their words.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
import scenes
import torch

from fastseg_edit import Edit, Text, models, profiles
from fastseg_edit.candidates import Candidates
from fastseg_edit.cutouts import Cutout
from fastseg_edit.errors import NoObjectError
from fastseg_edit.stages import Propose, Segment
from fastseg_edit.world import Split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenes import Small

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.protocols import Segmenter, Stage

FOUND = 0.5
"""Intersection over union from which an object counts as found."""

_ASKED = 4  # objects of each photo that are clicked at, boxed and named


@dataclass
class Row:
    """One line of the table: overlaps with the truth, seconds of each try, and proposals."""

    overlaps: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def add(self, edit: Edit, stage: Stage, objects: Sequence[Small]) -> None:
        """Run a stage, and note for each object the best overlap with what it finds."""
        start = time.perf_counter()
        try:
            found = stage(edit).candidates
        except NoObjectError:
            found = Candidates.of([], edit.image.shape[:2])
        self.seconds.append(time.perf_counter() - start)
        self.counts.append(len(found))
        for one in objects:
            true = Cutout.of(one.mask, at=one.at)
            best = found.cutouts if found.groups.any() else [found.cutouts[n] for n in found.best()]
            self.overlaps.append(max((true.overlap(cutout) for cutout in best), default=0.0))

    def __str__(self) -> str:
        share = np.mean(np.array(self.overlaps) >= FOUND)
        figures = f"{share:6.3f} {np.mean(self.overlaps):8.3f} {np.mean(self.counts):10.1f}"
        return f"{figures} {np.mean(self.seconds):6.2f}"


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=10)
    parser.add_argument("--split", default="validation", choices=("validation", "test"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    rows: dict[str, Row] = {}
    for number in range(options.photos):
        photo, small = scenes.draw(Split(options.split).seed(number))
        _everything(rows, photo, small)
        _places(rows, photo, small[:_ASKED])
        _words(rows, photo, small)
    print(f"{options.photos} photos of the {options.split} split")
    print(f"{'':32s}  found mean IoU  proposals      s")
    for name, row in rows.items():
        print(f"{name:32s} {row}")


def _everything(rows: dict[str, Row], photo: ImageArray, small: list[Small]) -> None:
    for tiles in (None, "auto"):
        row = rows.setdefault(f"everything, {'tiles' if tiles else 'whole'}", Row())
        row.add(Edit(photo), Propose({"name": "fastsam", "weights": "fastsam-mini"}, tiles), small)


def _places(rows: dict[str, Row], photo: ImageArray, small: list[Small]) -> None:
    mini = profiles.load("mini")
    for first in ("fastsam", "sam"):
        alone = models.get("segmenter", {"name": first})
        every = Segment({"name": first}, fallback=mini.fallback)
        for one in small:
            for kind, prompt in (("click", one.click), ("box", one.around)):
                edit = Edit(photo, prompt)
                rows.setdefault(f"{kind}, {first} alone", Row()).add(edit, _Alone(alone), [one])
                rows.setdefault(f"{kind}, {first} and fallback", Row()).add(edit, every, [one])


@dataclass
class _Alone:
    """A segmenter with nothing behind it."""

    segmenter: Segmenter
    needs = ("image", "prompt")
    gives = ("candidates",)

    def __call__(self, edit: Edit, /) -> Edit:
        encoding = models.encode(self.segmenter, edit.image)
        return edit.evolve(candidates=self.segmenter.predict(encoding, edit.prompt))


def _words(rows: dict[str, Row], photo: ImageArray, small: list[Small]) -> None:
    mini = profiles.load("mini")
    stage = Segment(mini.segmenter, ranker=mini.ranker, fallback=())
    names = [one.words for one in small]
    for one in small[:_ASKED]:
        if names.count(one.words) == 1:
            row = rows.setdefault("words, tiles where none is found", Row())
            row.add(Edit(photo, Text(one.words)), stage, [one])
    missing = next(words for words in _NAMES if words not in names)
    rows.setdefault("words for what is not there", Row()).add(
        Edit(photo, Text(missing)), stage, small
    )


_NAMES = [
    f"a {colour} {shape}" for colour in ("purple", "pink", "black") for shape in ("star", "heart")
]


if __name__ == "__main__":
    main()
