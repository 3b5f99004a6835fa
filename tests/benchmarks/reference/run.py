"""Find all objects like one in another photo, in four ways.

    python tests/benchmarks/reference/run.py [--scenes N] [--offset N] [--shots N] [--validation]

Drawn scenes hold 0 or more objects like the reference among others of its shape or of its colour.
Prints for each way the share of scenes with such an object in which the best mask is of one, the
F1 of all masks over all scenes, and the share of scenes without one of which that is said: over
all, and for objects that are told apart by their colour or by their shape.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit import models
from fastseg_edit.cutouts import Cutout
from fastseg_edit.mini.figures import reference
from fastseg_edit.prompt import Points, Rough
from fastseg_edit.stages import Match, Propose
from fastseg_edit.stages.view import View
from fastseg_edit.world import Split

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.prompt import Reference

FIGURES = [
    f"reference{by}_{figure}"
    for by in ("", "_by_colour", "_by_shape")
    for figure in ("right", "f1", "absent")
]


def main() -> None:
    """Print one row for each way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=int, default=200)
    parser.add_argument("--offset", type=int, default=0, help="number of the first scene")
    parser.add_argument("--shots", type=int, default=1, help="references of each object")
    parser.add_argument("--validation", action="store_true", help="not on the test scenes")
    options = parser.parse_args()
    split = Split.VALIDATION if options.validation else Split.TEST
    seeds = [split.seed(options.offset + number) for number in range(options.scenes)]
    print(f"{'':24s} {'all':20s} {'by colour':20s} {'by shape':20s}")
    print(f"{'way':24s}", *["right    F1 absent"] * 3, "    s", sep=" ")
    for name, way in WAYS.items():
        before = time.process_time()
        figures = reference.measure(seeds, way, options.shots)
        seconds = (time.process_time() - before) / len(seeds)
        print(f"{name:24s}", *(f"{figures[key]:6.3f}" for key in FIGURES), f"{seconds:6.2f}")


def persam(image: ImageArray, like: Reference) -> list[MaskArray]:
    """Find the one place most like the reference, as PerSAM does, and cut out what is there.

    The mean of what SAM sees in the reference is compared with every cell. The cell most like it
    is clicked on, and the one least like it is what the object is not. Of three masks the best one
    is refined twice, with itself and its box as further prompts. What cannot be done from outside
    of the network is left out: the bias on the decoder's attention, and the target as a query.

    References:
        Zhang et al. Personalize segment anything model with one shot. ICLR 2024. arXiv:2305.03048
    """
    segmenter = models.get("segmenter", {"name": "sam", "weights": "sam-mini"})
    view, shown = View.of(segmenter, image), View.of(segmenter, like.image)
    target = shown.vectors(Cutout.of(like.mask)).mean(axis=0)
    alike = view.seen @ (target / np.linalg.norm(target))
    clicks = tuple(_middle(alike == extreme, view.size) for extreme in (alike.max(), alike.min()))
    found = segmenter.predict(view.encoding, Points(clicks, (1, 0)))
    for _ in range(2):
        best = found[int(found.scores.argmax())]
        if best.any():
            found = segmenter.predict(view.encoding, Rough(best))
    return [found[int(found.scores.argmax())]] if len(found) else []


def _middle(cells: NDArray[np.bool_], size: tuple[int, int]) -> tuple[float, float]:
    """Return the middle of the first cell that is true, in pixels (x, y)."""
    row, column = (int(each[0]) for each in np.nonzero(cells))
    height, width = (side / count for side, count in zip(size, cells.shape, strict=True))
    return (column + 0.5) * width - 0.5, (row + 0.5) * height - 0.5


def _matched(name: str) -> reference.Method:
    propose, match = Propose({"name": name}), Match({"name": name}, which="all")
    return lambda image, like: reference.selected(lambda edit: match(propose(edit)), image, like)


WAYS = {
    "PerSAM, sam-mini": persam,
    "match, sam-mini": _matched("sam"),
    "match, fastsam-mini": _matched("fastsam"),
    "clip-mini, fastsam-mini": reference.ranked,
}
"""From a photo and a reference to masks, best first."""

if __name__ == "__main__":
    main()
