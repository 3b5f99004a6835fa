"""Drawn scenes as lessons: photos, and objects with the clicks and boxes that ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from sam_model import SIDE

from fastseg_edit import world

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

OBJECTS = 4
"""Objects asked for in each scene. Where it has fewer, some are asked for more than once."""

CLICKS = 4
"""Clicks on each object, and beside it."""

FINE = SIDE // 2
"""Side of the masks that a prediction is compared with, in cells."""

_MEAN = np.array([0.485, 0.456, 0.406], np.float32)  # the processor's, those of ImageNet
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
_LEAST = 40  # visible pixels, below which an object is not asked for
_LOOSE = 0.1  # of its width or height that a side of a box is off, at most


@dataclass(frozen=True)
class Lesson:
    """A batch of B scenes, with P objects asked for in each.

    Attributes:
        pixels: (B, 3, 256, 256) float, normalised.
        masks: (B, P, 128, 128) float: share of each cell that the object's visible part covers.
        inside: (B, P, 4, 2) float: clicks on each object, in pixels of the square.
        outside: (B, P, 4, 2) float: clicks beside it, on a neighbour or on the background.
        boxes: (B, P, 4) float: a box round it, up to a tenth off.
        nowhere: (B, 1, 1, 2) float: a click on the background.
    """

    pixels: Tensor
    masks: Tensor
    inside: Tensor
    outside: Tensor
    boxes: Tensor
    nowhere: Tensor

    def to(self, device: torch.device) -> Lesson:
        """Return the lesson on a device."""
        return Lesson(**{name: value.to(device) for name, value in vars(self).items()})


def lesson(numbers: range, seed: int, hardness: float) -> Lesson:
    """Draw a batch.

    Args:
        numbers: Which training scenes. Each is drawn once in a training.
        seed: Of the choice of objects, clicks and boxes.
        hardness: 0 to 1, how far the curriculum has come.
    """
    scenes = [_scene(number, seed, hardness) for number in numbers]
    columns = zip(*scenes, strict=True)
    return Lesson(*(torch.from_numpy(np.stack(column).astype(np.float32)) for column in columns))


def normalised(photo: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a photo as the model sees it: (3, 256, 256) float32."""
    shrinks = max(photo.shape) > SIDE
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    square = cv2.resize(photo, (SIDE, SIDE), interpolation=how).astype(np.float32) / 255
    return ((square - _MEAN) / _DEVIATION).transpose(2, 0, 1)


def _scene(number: int, seed: int, hardness: float) -> tuple[NDArray[np.float32], ...]:
    random = np.random.default_rng((seed, number))
    options = world.Options.at(hardness)
    scene = world.draw(world.Split.TRAIN.seed(number), _size(random), options)
    visible = scene.visible
    large = np.flatnonzero(visible.sum(axis=(1, 2)) >= _LEAST)
    if not large.size:
        large = np.array([visible.sum(axis=(1, 2)).argmax()])
    chosen = random.permutation(np.resize(random.permutation(large), OBJECTS))
    scale = SIDE / np.array(scene.size[::-1])
    masks = [_shrunk(visible[each]) for each in chosen]
    inside = [[_inside(visible[each], random) for _ in range(CLICKS)] for each in chosen]
    near = [_near(visible, each, random) for each in chosen]
    outside = [[_pixel(place, random) for _ in range(CLICKS)] for place in near]
    boxes = [_box(visible[each], random) for each in chosen]
    nowhere = [[_pixel(~visible.any(axis=0), random)]]
    clicks = [(np.array(each) + 0.5) * scale - 0.5 for each in (inside, outside, nowhere)]
    squares = np.array(boxes) * np.tile(scale, 2)
    return normalised(scene.photo), np.array(masks), clicks[0], clicks[1], squares, clicks[2]


def _size(random: np.random.Generator) -> tuple[int, int]:
    """Return a photo's (height, width): mostly the model's own, else oblong, or larger."""
    kind = random.random()
    if kind < 0.6:
        return SIDE, SIDE
    if kind < 0.8:
        sides = SIDE, int(random.integers(SIDE * 5 // 8, SIDE))
        return sides if random.random() < 0.5 else sides[::-1]
    side = int(random.integers(SIDE, SIDE * 3 // 2))
    return side, side


def _shrunk(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    shares = mask.astype(np.float32)
    return cv2.resize(shares, (FINE, FINE), interpolation=cv2.INTER_AREA)


def _inside(mask: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.float64]:
    """Return a click on an object: anywhere, or where a person would, far from its outline."""
    if random.random() < 0.6:
        return _pixel(mask, random)
    padded = np.pad(mask.astype(np.uint8), 1)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    return _pixel(depth >= random.uniform(0.5, 1) * depth.max(), random)


def _near(
    visible: NDArray[np.bool_], chosen: int, random: np.random.Generator
) -> NDArray[np.bool_]:
    """Return where a click says what the object is not: a neighbour, or just beside it."""
    others = [each for index, each in enumerate(visible) if index != chosen and each.any()]
    if others and random.random() < 0.5:
        return others[random.integers(len(others))]
    reach = np.ones((31, 31), np.uint8)
    beside = cv2.dilate(visible[chosen].astype(np.uint8), reach) > 0
    return beside & ~visible[chosen]


def _pixel(mask: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.float64]:
    """Return (x, y) of a pixel of a mask; the corner if it has none."""
    places = np.flatnonzero(mask)
    place = places[random.integers(len(places))] if len(places) else 0
    return np.array([place % mask.shape[1], place // mask.shape[1]], np.float64)


def _box(mask: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.float64]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float64)
    loose = _LOOSE * random.choice([0.0, 0.3, 1.0])
    sides = np.tile(box[2:] - box[:2], 2)
    return box + random.uniform(-loose, loose, 4) * sides
