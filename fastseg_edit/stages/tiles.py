"""Everything in a photo that is larger than what a segmenter sees: tile by tile, and merged."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit import models
from fastseg_edit.stages.part import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import Cutout
    from fastseg_edit.protocols import Segmenter

_CELL = 4.0  # pixels, seen by a network, of one cell of its masks: all known ones have that many
_OVERLAP = 0.25  # share of a tile's side that the next tile shows too
_WORTH = 1.5  # times that a tile must be smaller than the photo
_MOST = 200  # tiles of a photo
_SAME = 0.7  # intersection over union from which two masks show one object
_PIECE = 0.5  # share of a mask that was cut off, from which it is a piece of another one
_LATTICE = 96  # places along each side at which masks are compared


def side(whole: Candidates) -> int | None:
    """Return the side of tiles that a network sees at their full size.

    Args:
        whole: What was found in the whole photo, or no masks, but the size of their cells.

    Returns:
        Pixels. None if the network saw the photo nearly at its full size.
    """
    longest = max(whole.size)
    fitting = longest * _CELL / whole.cell
    step = sqrt(whole.size[0] * whole.size[1] / _MOST)  # that many tiles are enough
    wanted = ceil(max(fitting, step / (1 - _OVERLAP)))
    return wanted if wanted * _WORTH <= longest else None


def over(size: tuple[int, int], side: int) -> list[Part]:
    """Return overlapping tiles that cover a photo.

    Args:
        size: (height, width) of the photo.
        side: Pixels of a tile. An object is whole in one of them if it is not longer than a
            quarter of that.
    """
    rows, columns = (_starts(length, side) for length in size)
    height, width = (min(side, length) for length in size)
    return [Part((left, top, left + width, top + height), size) for top in rows for left in columns]


def find(segmenter: Segmenter, image: ImageArray, whole: Candidates, side: int) -> Candidates:
    """Find everything in overlapping tiles of a photo, and merge it with what the whole showed.

    Args:
        segmenter: Finds everything.
        image: (H, W, 3) uint8 RGB.
        whole: What it found in the whole photo.
        side: Pixels of a tile.

    Returns:
        Each object once, a group of its own, best first.

    References:
        Akyon, Altinuc, Temizel. Slicing aided hyper inference and fine-tuning for small object
        detection. ICIP 2022. arXiv:2202.06934. Here masks are compared instead of boxes, and one
        that ends at the border of its tile gives way to one that does not.
    """

    def every() -> Candidates:
        found = [
            (part, part.back(segmenter.predict(segmenter.encode(part.cut(image)), None)))
            for part in over(whole.size, side)
        ]
        return merge(whole, found)

    everything: Candidates = models.remember(segmenter, f"tiles of {side}", image, every)
    return everything


def merge(whole: Candidates, found: Sequence[tuple[Part, Candidates]]) -> Candidates:
    """Put together what was found in a photo and in parts of it, each object once.

    Args:
        whole: What was found in the whole photo.
        found: Each part, and what was found in it, as candidates of the photo.
    """
    together = whole
    for _, each in found:
        together = together.beside(each)
    cut = [False] * len(whole)
    cut += [part.cuts(cutout, each.cell) for part, each in found for cutout in each.cutouts]
    finer = np.repeat([1, 0], [len(whole), len(together) - len(whole)])
    complete = [number for number in range(len(together)) if not cut[number]]
    complete.sort(key=lambda number: (finer[number], -together.scores[number]))
    pieces = [number for number in range(len(together)) if cut[number]]
    pieces.sort(key=lambda number: -together.cutouts[number].area)
    kept = _distinct(together.cutouts, complete, pieces)
    kept.sort(key=lambda number: -together.scores[number])
    merged = together.take(kept)
    return replace(merged, groups=np.arange(len(merged)))


def _distinct(
    cutouts: Sequence[Cutout], complete: Sequence[int], pieces: Sequence[int]
) -> list[int]:
    """Leave out empty masks, those that show the same as one before them, and pieces of others.

    Tiles of a large photo have thousands of masks. Only those are compared whose boxes meet.
    """
    boxes = np.array([cutout.box for cutout in cutouts], np.intp).reshape(-1, 4)
    is_kept, kept = np.zeros(len(cutouts), bool), list[int]()
    for number, cutout, repeats in (
        *((number, cutouts[number], _repeats) for number in complete),
        *((number, cutouts[number], _belongs_to) for number in pieces),
    ):
        left, top, right, bottom = cutout.box
        meet = (boxes[:, 0] < right) & (left < boxes[:, 2])
        meet &= (boxes[:, 1] < bottom) & (top < boxes[:, 3]) & is_kept
        if cutout.area and not any(
            repeats(cutout, cutouts[n]) for n in np.flatnonzero(meet).tolist()
        ):
            is_kept[number] = True
            kept.append(number)
    return kept


def _repeats(one: Cutout, other: Cutout) -> bool:
    return one.overlap(other) >= _SAME


def _belongs_to(piece: Cutout, whole: Cutout) -> bool:
    return _share(piece, whole) >= _PIECE


def _share(piece: Cutout, of: Cutout) -> float:
    """Return the share of a mask that lies in another one."""
    left, top, right, bottom = piece.box
    columns, rows = (
        np.arange(first, last, max(1, (last - first) // _LATTICE))
        for first, last in ((left, right), (top, bottom))
    )
    mine = piece.at(columns, rows)
    common = int(np.count_nonzero(mine & of.at(columns, rows)))
    return common / max(int(np.count_nonzero(mine)), 1)


def _starts(length: int, side: int) -> list[int]:
    """Return where tiles begin along a side of the photo, evenly spread over it."""
    if side >= length:
        return [0]
    count = ceil((length - side) / (side * (1 - _OVERLAP))) + 1
    return [round(place) for place in np.linspace(0, length - side, count)]
