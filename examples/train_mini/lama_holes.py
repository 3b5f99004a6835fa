"""Holes in drawn scenes, and what belongs into them, cut as an edit would cut them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
import torch

from fastseg_edit import world
from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.world import Scene

_PER_SCENE = 4
_WHOLE = 0.4  # share of the windows that show the whole scene, as for an object of usual size
_LARGEST = 256  # pixels of a scene of which others show a part
_OUTLINED = 0.75  # share of the holes with an object's outline, as segmenters give them
_BOXED = 0.87  # and up to here a box round it; the rest are strokes across whatever is there


class Example(NamedTuple):
    """One hole.

    Attributes:
        photo: (H, W, 3) uint8, as it is before the edit.
        truth: (H, W, 3) uint8, as it should be after it.
        mask: (H, W) bool.
    """

    photo: ImageArray
    truth: ImageArray
    mask: MaskArray


def batch(step: int, seed: int, count: int, side: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return photos (N, 3, H, W), truths (N, 3, H, W) in [0, 1] and masks (N, 1, H, W).

    Args:
        step: Number of the batch. The same step and seed give the same batch.
        seed: Of the training.
        count: N, a multiple of 4.
        side: H and W.
    """
    random = np.random.default_rng((seed, step))
    scenes = count // _PER_SCENE
    first = step * scenes
    examples = [
        each
        for index in range(first, first + scenes)
        for each in _examples(world.Split.TRAIN.seed(index), random, side)
    ]
    photos, truths = (
        torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
        for pictures in zip(*((each.photo, each.truth) for each in examples), strict=True)
    )
    masks = torch.from_numpy(np.stack([each.mask for each in examples]))[:, None].float()
    return photos, truths, masks


def _examples(seed: int, random: np.random.Generator, side: int) -> Iterator[Example]:
    scene = world.draw(
        seed, side if random.random() < _WHOLE else int(random.integers(side, _LARGEST))
    )
    numbers = random.permutation(len(scene.things))
    for turn in range(_PER_SCENE):
        example = _example(scene, int(numbers[turn % len(numbers)]), random, side)
        yield _turned(_window(example, random, side), random)


def _example(scene: Scene, number: int, random: np.random.Generator, side: int) -> Example:
    """Choose a hole in a scene, of about the size that it would have if the window showed all."""
    truth = scene.without(number)
    footprint = scene.footprint(number)
    kind = random.random()
    if kind > _BOXED:
        mask = _strokes(scene.size, random, side)
        return Example(truth, truth, mask)
    grown = random.uniform(1, 5)
    if max(scene.size) == side:
        mask = footprint if kind < _OUTLINED else _box(footprint)
        return Example(scene.photo, truth, morphology.dilate(mask, grown))
    # Nearer, an object would fill the window: a smaller one of its kind stood somewhere else.
    mask = _moved(footprint, side / max(scene.size), random)
    mask = mask if kind < _OUTLINED else _box(mask)
    return Example(truth, truth, morphology.dilate(mask, grown))


def _moved(mask: MaskArray, scale: float, random: np.random.Generator) -> MaskArray:
    """Return a mask scaled, somewhere else."""
    height, width = mask.shape
    left, top, right, bottom = morphology.bounding_box(mask) or (0, 0, 1, 1)
    x = random.uniform(-left * scale, width - right * scale)
    y = random.uniform(-top * scale, height - bottom * scale)
    place = np.array([[scale, 0, x], [0, scale, y]])
    moved: Any = cv2.warpAffine(mask.astype(np.uint8), place, (width, height))
    return moved.astype(bool)


def _window(example: Example, random: np.random.Generator, side: int) -> Example:
    """Cut a square with as much of the hole as it can hold."""
    left, top, right, bottom = morphology.bounding_box(example.mask) or (0, 0, 1, 1)
    height, width = example.mask.shape
    row = _start(top, bottom, side, height, random)
    column = _start(left, right, side, width, random)
    part = slice(row, row + side), slice(column, column + side)
    return Example(example.photo[part], example.truth[part], example.mask[part])


def _start(low: int, high: int, side: int, end: int, random: np.random.Generator) -> int:
    """Return where a window begins along one axis, if the hole goes from `low` to `high`."""
    first, last = max(min(high - side, end - side), 0), min(low, end - side)
    return int(random.integers(min(first, last), max(first, last) + 1))


def _box(mask: MaskArray) -> MaskArray:
    left, top, right, bottom = morphology.bounding_box(mask) or (0, 0, 1, 1)
    box = np.zeros_like(mask)
    box[top:bottom, left:right] = True
    return box


def _strokes(size: tuple[int, int], random: np.random.Generator, side: int) -> MaskArray:
    """Draw a broad line with a few corners; its ends are round."""
    canvas: Any = np.zeros(size, np.uint8)
    corners = random.uniform(0.1, 0.9, 2) * (np.array(size[::-1]) - side)
    corners = corners + random.uniform(0.1, 0.9, (random.integers(1, 5), 2)) * side
    thickness = round(random.uniform(0.06, 0.25) * side)
    line = np.rint(corners).astype(np.int32)
    cv2.polylines(canvas, [line], False, 1, thickness)
    for corner in line:
        cv2.circle(canvas, corner.tolist(), thickness // 2, 1, -1)
    return canvas.astype(bool)


def _turned(example: Example, random: np.random.Generator) -> Example:
    """Mirror and turn the example, and exchange its colours, at random."""
    quarters, mirrored, order = random.integers(4), random.random() < 0.5, random.permutation(3)
    photo, truth, mask = (
        np.rot90(each[:, ::-1] if mirrored else each, quarters) for each in example
    )
    return Example(photo[..., order], truth[..., order], mask)
