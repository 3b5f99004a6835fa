"""Crops and whole scenes to train clip-mini on, rendered once and kept in two files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from rich.progress import track

from fastseg_edit import world
from fastseg_edit.backends.clip import crops
from fastseg_edit.cutouts import Cutout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

SIDE = 64
"""Pixels of a side of what the model sees."""

NAMES = [(colour, shape) for colour in world.COLOURS for shape in world.SHAPES]
"""Every pair of a colour and a shape."""

BACKGROUND = len(NAMES)
"""Number of the label of a crop without an object."""

OBJECT, SCENE, EMPTY = range(3)
"""What a picture shows: one object, a whole scene, or nothing but background."""

_SIZES = (96, 128, 128, 192, 256)
_LEAST_SHOWN = 0.5  # share of an object that must be visible for its shape to be told
_LEAST_AREA = 60  # pixels, below which a shape cannot be seen


@dataclass(frozen=True)
class Pool:
    """Pictures to draw batches from.

    Attributes:
        pictures: (N, SIDE, SIDE, 4) uint8: RGB, and how much of a pixel the mask covers.
        labels: (N, 81) bool: which pairs of colour and shape are there, and background last.
        kinds: (N,) uint8: OBJECT, SCENE or EMPTY.
    """

    pictures: NDArray[np.uint8]
    labels: NDArray[np.bool_]
    kinds: NDArray[np.uint8]

    @classmethod
    def load(cls, folder: Path, scenes: int, whole: bool = False) -> Pool:
        """Read a pool, or render it where there is none.

        Args:
            folder: Where it is kept.
            scenes: Number of scenes to render it from.
            whole: True for whole scenes only, of one or two objects.
        """
        name = f"pool-{scenes}{'-whole' * whole}"
        files = [folder / f"{name}-{part}.npy" for part in ("pictures", "labels", "kinds")]
        if not all(file.exists() for file in files):
            for file, array in zip(files, _render(scenes, whole), strict=True):
                np.save(file, array)
        pictures, labels, kinds = (np.load(file) for file in files)
        return cls(pictures, labels, kinds)


def _render(scenes: int, whole: bool) -> tuple[NDArray[Any], ...]:
    pictures, labels, kinds = [], [], []
    cut = _as_whole if whole else _of_scene
    for index in track(range(scenes), "clip pool"):
        for picture, label, kind in cut(world.Split.TRAIN.seed(index)):
            pictures.append(picture)
            labels.append(label)
            kinds.append(kind)
    return np.array(pictures), np.array(labels), np.array(kinds, np.uint8)


def _of_scene(seed: int) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.bool_], int]]:
    """Yield every object of a scene, and of some scenes the whole and a piece of background."""
    random = np.random.default_rng(seed)
    scene = world.draw(seed, int(random.choice(_SIZES)))
    whole = scene.amodal.sum((1, 2))
    for number, mask in enumerate(scene.visible):
        if mask.sum() >= max(_LEAST_SHOWN * whole[number], _LEAST_AREA):
            yield _cut(scene.photo, roughened(mask, random), random), _label(scene, number), OBJECT
    if random.random() < 0.35:
        yield _whole(scene)
    if random.random() < 0.35:
        blob = _blob(scene.size, random) & ~scene.visible.any(0)
        if blob.sum() > _LEAST_AREA:
            yield _cut(scene.photo, blob, random), _label(scene), EMPTY


def _as_whole(seed: int) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.bool_], int]]:
    """Yield a scene as a whole, such as people take and describe: little there, and large."""
    scene = world.draw(seed, 2 * SIDE, world.Options(most=2, smallest=0.16))
    picture, label, kind = _whole(scene)
    yield picture, label, OBJECT if len(scene.things) == 1 else kind


def _whole(scene: world.Scene) -> tuple[NDArray[np.uint8], NDArray[np.bool_], int]:
    small: Any = cv2.resize(scene.photo, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    picture = np.dstack([small, np.full((SIDE, SIDE), 255, np.uint8)])
    return picture, _label(scene, *range(len(scene.things))), SCENE


def roughened(mask: MaskArray, random: np.random.Generator) -> MaskArray:
    """Return a mask such as a segmenter finds: coarse, too large, too small, or without its hole.

    Args:
        mask: (H, W) bool.
        random: Decides how it is wrong.
    """
    kind = random.integers(6)
    reach = 2 * int(random.integers(1, 3)) + 1 if mask.sum() > 600 else 3
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    share: Any = mask.astype(np.uint8) * 255
    if kind == 0:
        share = cv2.dilate(share, kernel)
    elif kind == 1:
        share = cv2.erode(share, kernel)
    elif kind in (2, 3):  # as coarse as the prototypes of a YOLO model
        coarse = cv2.resize(share, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        share = cv2.resize(coarse, mask.shape[::-1], interpolation=cv2.INTER_LINEAR)
    elif kind == 4 and random.random() < 0.5:
        outlines, _ = cv2.findContours(share, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        share = cv2.drawContours(share, outlines, -1, 255, cv2.FILLED)
    rough: MaskArray = share >= 128
    return rough if rough.sum() >= 0.6 * mask.sum() else mask


def _cut(image: ImageArray, mask: MaskArray, random: np.random.Generator) -> NDArray[np.uint8]:
    margin = random.uniform(0.1, 0.6)
    crop, share = crops.square(crops.Levels(image), Cutout.of(mask), margin, SIDE)
    return np.dstack([crop, share])


def _label(scene: world.Scene, *numbers: int) -> NDArray[np.bool_]:
    label = np.zeros(len(NAMES) + 1, bool)
    for number in numbers:
        thing = scene.things[number]
        label[NAMES.index((thing.colour, thing.shape))] = True
    label[BACKGROUND] = not numbers
    return label


def _blob(size: tuple[int, int], random: np.random.Generator) -> MaskArray:
    """Return an ellipse or a box anywhere."""
    canvas = np.zeros(size, np.uint8)
    centre = tuple(int(random.integers(length)) for length in size[::-1])
    reach = tuple(int(random.uniform(0.06, 0.3) * min(size)) + 3 for _ in range(2))
    if random.random() < 0.5:
        cv2.ellipse(canvas, centre, reach, random.uniform(0, 180), 0, 360, 1, cv2.FILLED)
    else:
        far = (centre[0] + reach[0], centre[1] + reach[1])
        cv2.rectangle(canvas, centre, far, 1, cv2.FILLED)
    return canvas.astype(bool)
