"""Scenes of the drawn world as batches for the loss of ultralytics."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from fastseg_edit import world

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

SMALL, FULL = (128, 160, 192), (192, 224, 256, 256, 288, 320)
"""Sides of the first scenes, which are cheap, and of those after them."""

_CHEAP = 0.55  # share of the training with small scenes
_OBLONG = 0.3  # share of the batches that are not square
_STRIDE = 32  # sides are multiples of it
_FRAME = 114  # grey that the library puts round a photo to make it fit
_FINER = 2  # the true masks are this many times coarser than the photo, and soft


def draw(seed: int, first: int, count: int, share: float) -> dict[str, Tensor]:
    """Draw scenes.

    Args:
        seed: Of the whole training.
        first: Number of the first scene.
        count: How many.
        share: How much of the training is done, 0 to 1. Scenes grow with it.

    Returns:
        `img` (count, 3, H, W) float32 of 0 to 1; for each of N objects `batch_idx` (N,), the number
        of its scene, `cls` (N, 1), all 0, `bboxes` (N, 4), its middle and size as shares of the
        sides, and `masks` (N, H / 2, W / 2) float32, how much of each cell it covers.
    """
    random = Random(f"{seed} {first}")
    size, bars = _size(random, share)
    scenes = [
        world.draw(world.Split.TRAIN.seed(seed * 100_000_000 + first + number), size)
        for number in range(count)
    ]
    photos = np.stack([_framed(scene.photo, bars, _FRAME) for scene in scenes])
    seen = [(number, mask) for number, scene in enumerate(scenes) for mask in scene.visible]
    masks = [_framed(mask.astype(np.float32), bars, 0) for _, mask in seen]
    return {
        "img": torch.from_numpy(photos).permute(0, 3, 1, 2).float() / 255,
        "batch_idx": torch.tensor([float(number) for number, _ in seen]),
        "cls": torch.zeros(len(seen), 1),
        "bboxes": torch.from_numpy(np.stack([_box(mask) for mask in masks])),
        "masks": torch.from_numpy(np.stack([_coarse(mask) for mask in masks])),
    }


def _size(random: Random, share: float) -> tuple[tuple[int, int], tuple[int, int]]:
    """Choose (height, width) of a scene, and the rows and columns of grey on each side of it."""
    side = random.choice(SMALL if share < _CHEAP else FULL)
    if random.random() >= _OBLONG:
        return (side, side), (0, 0)
    other = side * random.choice((5, 6, 7)) // 8 // _STRIDE * _STRIDE
    bar = random.randrange(_STRIDE // 2)
    if random.random() < 0.5:
        return (side, other - 2 * bar), (0, bar)
    return (other - 2 * bar, side), (bar, 0)


def _framed(picture: NDArray, bars: tuple[int, int], grey: int) -> NDArray:
    rows, columns = bars
    return np.asarray(
        cv2.copyMakeBorder(
            picture, rows, rows, columns, columns, cv2.BORDER_CONSTANT, value=(grey,) * 3
        )
    )


def _box(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return middle and size of a mask as shares: (x, y, width, height)."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    middle_and_size = ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
    return np.asarray(middle_and_size, np.float32) / np.tile(mask.shape[::-1], 2).astype(np.float32)


def _coarse(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = mask.shape
    size = (width // _FINER, height // _FINER)
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA))
