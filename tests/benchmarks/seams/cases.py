"""Holes to paint in drawn scenes and in photos, the same on every machine."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from PIL import Image

from fastseg_edit import world
from fastseg_edit.mini.figures.diffusion import Filling
from fastseg_edit.mini.figures.removal import Removal
from fastseg_edit.world import Split, judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.arrays import ImageArray, MaskArray

PHOTOS = Path(__file__).parents[3] / "examples" / "photos"
SIDE = 384  # pixels of the longer side of a photo
HOLES = 3  # in each photo

KINDS = ("removal", "tight", "filling", "photo")


class Case(NamedTuple):
    """One hole.

    Attributes:
        image: (H, W, 3) uint8, with the old object in the hole.
        mask: (H, W) bool.
        truth: (H, W, 3) uint8 without the object, None if what is asked for has no one truth.
        filling: What is asked for, if a caption is painted.
    """

    image: ImageArray
    mask: MaskArray
    truth: ImageArray | None
    filling: Filling | None = None

    @property
    def caption(self) -> str:
        """What to paint, "" for the background."""
        return self.filling.caption if self.filling else ""

    def psnr(self, picture: ImageArray) -> float:
        """Return how near a picture is to the truth in the hole, in dB, NaN without a truth."""
        if self.truth is None:
            return float("nan")
        apart = picture[self.mask].astype(np.float64) - self.truth[self.mask]
        return float(10 * np.log10(255**2 / max(np.square(apart).mean(), 0.01)))

    def right(self, picture: ImageArray) -> float:
        """Return 1 if the colour asked for is seen, 0 if not, NaN if none was."""
        if self.filling is None:
            return float("nan")
        seen = judge.painted(picture, self.filling.plate, self.mask)
        return float(seen.any() and judge.colour_of(picture, seen)[0] == self.filling.colour)


def cases(kind: str, split: Split, count: int) -> Iterator[Case]:
    """Yield holes of a kind.

    Args:
        kind: "removal" of an object with its shadow, the mask 3 pixels wider; "tight", the same
            with the mask as it is; "filling" of a box or a disk with a caption; "photo", an ellipse
            in a photo of the examples.
        split: Which scenes; photos are turned and mirrored otherwise.
        count: Number of scenes. Of photos there are four, with three holes each.
    """
    if kind == "photo":
        yield from _in_photos(split)
        return
    for number in range(count):
        seed = split.seed(number)
        if kind == "filling":
            filling = Filling.of(seed)
            yield Case(filling.photo, filling.hole, None, filling)
        elif kind == "removal":
            yield Case(*Removal.of(seed))
        else:
            yield _tight(seed)


def _tight(seed: int) -> Case:
    scene = world.draw(seed, 256)
    number = Random(seed).randrange(len(scene.things))
    return Case(scene.photo, scene.footprint(number), scene.without(number))


def _in_photos(split: Split) -> Iterator[Case]:
    for path in sorted(PHOTOS.glob("*.jpg")):
        with Image.open(path) as photo:
            small = photo.convert("RGB")
        small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        image = np.array(small)
        random = Random(f"{path.stem} {split.value}")
        for _ in range(HOLES):
            yield Case(image, _ellipse(image.shape[:2], random), image)


def _ellipse(shape: tuple[int, int], random: Random) -> MaskArray:
    height, width = shape
    canvas = np.zeros(shape, np.uint8)
    centre = (
        random.randint(width // 5, width * 4 // 5),
        random.randint(height // 5, height * 4 // 5),
    )
    axes = random.randint(width // 16, width // 7), random.randint(width // 16, width // 7)
    cv2.ellipse(canvas, (centre, tuple(2 * axis for axis in axes), random.uniform(0, 180)), 1, -1)
    return canvas.astype(bool)
