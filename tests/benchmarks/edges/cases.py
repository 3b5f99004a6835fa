"""Masks on coarse grids, as networks give them, with the truth."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit import models, world
from fastseg_edit.candidates import Candidates
from fastseg_edit.cutouts import Cutout, Soft
from fastseg_edit.ops import morphology
from fastseg_edit.ops.grid import Grid
from fastseg_edit.prompt import Boxes

sys.path.append(str(Path(__file__).parents[1] / "segmentation"))
import truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastseg_edit.arrays import ImageArray, MaskArray

SIDES = (256, 768, 1500)  # pixels of a drawn scene
GRID = 256  # cells of a simulated grid along the longer side of a photo

_SEEN, _LEAST = 0.6, 0.002  # share of an object, and of the photo, that is to be seen of it
_SURE = 8.0  # log odds of a cell that the object fills
_RIGHT = 0.5  # overlap below which a mask shows something else


@dataclass(frozen=True, eq=False)
class Case:
    """One mask of a network.

    Attributes:
        kind: Of which network, and on what.
        image: (H, W, 3) uint8 RGB.
        true: (H, W) bool.
        found: Candidates with the one mask.
    """

    kind: str
    image: ImageArray
    true: MaskArray
    found: Candidates


def drawn(seeds: Sequence[int]) -> Iterator[Case]:
    """Yield what fastsam-mini and sam-mini find in drawn scenes, at every side."""
    for side in SIDES:
        for seed in seeds:
            scene = world.draw(seed, side)
            for name in ("fastsam", "sam"):
                segmenter = models.get("segmenter", {"name": name})
                encoding = segmenter.encode(scene.photo)
                for true in _objects(scene):
                    box = morphology.bounding_box(true)
                    found = segmenter.predict(encoding, Boxes((box,)))
                    if len(found):
                        best = found.take(found.best())
                        if Cutout.of(true).overlap(best.cutouts[0]) > _RIGHT:
                            yield Case(f"{name}-mini, {side} px", scene.photo, true, best)


def simulated(folders: Sequence[Path]) -> Iterator[Case]:
    """Yield the true masks of photos as they come out of a grid: as they are, and a cell off."""
    for folder in folders:
        for one in truth.load(folder):
            random = np.random.default_rng(sum(map(ord, one.name)))
            for kind, shift in (("grid", 0.0), ("grid, off", 1.0)):
                soft = _coarse(one.mask, shift, random)
                yield Case(f"photos, {kind}", one.image, one.mask, soft)


def _objects(scene: world.Scene) -> Iterator[MaskArray]:
    for seen, whole in zip(scene.visible, scene.amodal, strict=True):
        area = np.count_nonzero(seen)
        if area >= max(_LEAST * seen.size, _SEEN * np.count_nonzero(whole)):
            yield seen


def _coarse(mask: MaskArray, shift: float, random: np.random.Generator) -> Candidates:
    """Return a mask on a grid: blurred over a cell, and moved by up to `shift` cells."""
    scale = GRID / max(mask.shape)
    cells = max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale))
    share = cv2.resize(mask.astype(np.float32), cells, interpolation=cv2.INTER_AREA)
    if shift:
        x, y = random.uniform(-shift, shift, 2)
        move = np.array([[1, 0, x], [0, 1, y]])
        share = cv2.warpAffine(share, move, cells, borderMode=cv2.BORDER_REPLICATE)
        share = cv2.GaussianBlur(share, (0, 0), 1.0)
    grid = Grid.over(mask.shape, (cells[1], cells[0]))
    soft = Soft.on(grid, ((2 * share - 1) * _SURE).astype(np.float32))
    return Candidates(mask.shape, (soft,), np.ones(1, np.float32), cell=grid.cell)
