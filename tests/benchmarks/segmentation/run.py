"""Measure the embedded segmentation on photos with true masks.

    python tests/benchmarks/segmentation/run.py [--extra FOLDER] [--only NAME]

Prints the intersection over union with the true masks for every kind of prompt, the seconds of one
core that a prompt takes, and the ratio to plain GrabCut in the same run. Objects that were kept
out of tuning are shown apart.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
import plain
from truth import anywhere, box, correction, innermost, load, noisy, overlap, scribble

from fastseg_edit.backends.grabcut import GrabCut
from fastseg_edit.prompt import Boxes, Points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from truth import Truth

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.prompt import Scribble

Try: TypeAlias = tuple[float, float]
"""Overlap with the true mask, and seconds."""

Figures: TypeAlias = dict[str, list[Try]]
"""Each try with each kind of prompt."""


def main() -> None:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extra", type=Path, help="folder with more objects")
    parser.add_argument("--only", default="", help="part of the name of the objects")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    folders = [Path(__file__).parent] + ([options.extra] if options.extra else [])
    objects = [one for folder in folders for one in load(folder) if options.only in one.name]
    results = [(one, dict(_measured(one))) for one in objects]
    for title, chosen in (("tuned on", False), ("held out", True)):
        part = [figures for one, figures in results if one.held_out == chosen]
        if part:
            _print_table(title, part)
    _print_objects(results)


def ours(image: ImageArray, prompt: Points | Boxes | Scribble) -> list[MaskArray]:
    """Return the candidates, best first."""
    segmenter = GrabCut()
    return list(segmenter.predict(segmenter.encode(image), prompt))


def _measured(truth: Truth) -> Iterable[tuple[str, list[Try]]]:
    """Yield for each kind of prompt its name and its tries."""
    random = np.random.default_rng(sum(map(ord, truth.name)))
    exact = box(truth.mask)
    loose = [noisy(exact, truth.mask.shape, random) for _ in range(2)]
    clicks = [innermost(truth.mask), *(anywhere(truth.mask, random) for _ in range(2))]
    image = truth.image
    yield "box, plain", [_timed(truth, lambda: plain.by_box(image, exact))]
    yield "box 10 %, plain", [_timed(truth, lambda b=b: plain.by_box(image, b)) for b in loose]
    yield "click, plain", [_timed(truth, lambda c=c: plain.by_click(image, c)) for c in clicks]
    yield "box", [_timed(truth, lambda: ours(image, Boxes((exact,)))[0])]
    yield "box 10 %", [_timed(truth, lambda b=b: ours(image, Boxes((b,)))[0]) for b in loose]
    yield from _clicked(truth, clicks)
    strokes = scribble(truth.mask)
    yield "scribble", [_timed(truth, lambda: ours(image, strokes)[0])]


def _clicked(truth: Truth, clicks: list[tuple[float, float]]) -> Iterable[tuple[str, list[Try]]]:
    tries = [_candidates(truth, click) for click in clicks]
    yield "middle click", [tries[0][0]]
    yield "middle click, best", [tries[0][1]]
    yield "any click", [first for first, _, _ in tries[1:]]
    yield "any click, best", [best for _, best, _ in tries[1:]]
    for count in (2, 3):
        yield f"{count} clicks", [_corrected(truth, clicks[0], tries[0][2], count)]


def _candidates(truth: Truth, click: tuple[float, float]) -> tuple[Try, Try, MaskArray]:
    """Return figures of the first and of the best candidate, and the first one."""
    start = time.process_time()
    masks = ours(truth.image, Points.at(*click))
    seconds = time.process_time() - start
    overlaps = [overlap(mask, truth.mask) for mask in masks]
    return (overlaps[0], seconds), (max(overlaps), seconds), masks[0]


def _corrected(truth: Truth, click: tuple[float, float], mask: MaskArray, count: int) -> Try:
    """Click on the worst mistake again and again."""
    xy, labels, seconds = [click], [1], 0.0
    while len(xy) < count:
        where, label = correction(mask, truth.mask)
        xy.append(where)
        labels.append(label)
        start = time.process_time()
        mask = ours(truth.image, Points(tuple(xy), tuple(labels)))[0]
        seconds = time.process_time() - start
    return overlap(mask, truth.mask), seconds


def _timed(truth: Truth, task: Callable[[], MaskArray]) -> Try:
    start = time.process_time()
    mask = task()
    return overlap(mask, truth.mask), time.process_time() - start


def _print_table(title: str, part: list[Figures]) -> None:
    print(f"\n{title}: {len(part)} objects")
    print(f"{'prompt':20s} {'mean':>6s} {'median':>6s} {'min':>6s} {'s':>6s} {'max s':>6s} ratio")
    tries = {kind: np.array([one for each in part for one in each[kind]]) for kind in part[0]}
    for kind, found in tries.items():
        overlaps, seconds = found.T
        peer = "box 10 %" if "10 %" in kind else "box" if kind.startswith("box") else "click"
        ratio = overlaps.mean() / tries[f"{peer}, plain"][:, 0].mean()
        line = overlaps.mean(), np.median(overlaps), overlaps.min(), seconds.mean(), seconds.max()
        print(f"{kind:20s}", *(f"{figure:6.3f}" for figure in line), f"{ratio:5.2f}")


def _print_objects(results: list[tuple[Truth, Figures]]) -> None:
    kinds = list(results[0][1])
    print("\neach object:", ", ".join(kinds))
    for truth, figures in results:
        means = (np.mean([tried for tried, _ in figures[kind]]) for kind in kinds)
        print(f"{truth.name:16s}", *(f"{mean:.2f}" for mean in means), "*" * truth.held_out)


if __name__ == "__main__":
    main()
