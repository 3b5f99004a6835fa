"""Large drawn photos with small objects in them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit import world
from fastseg_edit.ops import morphology
from fastseg_edit.prompt import Boxes, Points

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.cutouts import PixelBox

COUNT = 12  # objects of each photo
SIDES = (2000, 3000)  # of the photo's longer side, pixels
LONGEST = (12, 40)  # of an object's longer side, pixels

_PLAIN = world.Options(fewest=1, most=2)


@dataclass(frozen=True, eq=False)
class Small:
    """A small object.

    Attributes:
        mask: (h, w) bool. Where it is in its place.
        at: (left, top) of the place in the photo.
        words: What it is called, such as "a red star".
    """

    mask: MaskArray
    at: tuple[int, int]
    words: str

    @property
    def box(self) -> PixelBox:
        """Its box in the photo."""
        left, top, right, bottom = morphology.bounding_box(self.mask) or (0, 0, 1, 1)
        return left + self.at[0], top + self.at[1], right + self.at[0], bottom + self.at[1]

    @property
    def click(self) -> Points:
        """A click where it is thickest."""
        row, column = np.unravel_index(morphology.depth(self.mask).argmax(), self.mask.shape)
        return Points.at(float(column + self.at[0]), float(row + self.at[1]))

    @property
    def around(self) -> Boxes:
        """The box as a prompt."""
        return Boxes((self.box,))


def draw(
    seed: int, longest: tuple[int, int] = LONGEST, sides: tuple[int, int] = SIDES
) -> tuple[ImageArray, list[Small]]:
    """Draw a large scene with one or two large objects, and small ones on it.

    Args:
        seed: Of the scene. The small objects are taken from scenes of the same split.
        longest: The shortest and the longest longer side of a small object, in pixels.
        sides: The same for the photo.

    Returns:
        The photo (H, W, 3) uint8, and its small objects. No two of them meet.
    """
    random = Random(f"small {seed}")
    width = random.randint(*sides)
    height = round(width * random.uniform(0.6, 0.8))
    photo = world.draw(seed, (height, width), _PLAIN).photo.copy()
    cells = [(column, row) for column in range(4) for row in range(3)]
    small = []
    for number, (column, row) in enumerate(random.sample(cells, COUNT)):
        wanted = longest[0] * (longest[1] / longest[0]) ** random.random()
        side = max(32, round(wanted / 0.6))
        splits = len(world.Split)
        scene = world.draw(seed + splits * (1000 + number), side, _scaled(wanted / 2 / side))
        left = random.randrange(column * width // 4, (column + 1) * width // 4 - side)
        top = random.randrange(row * height // 3, (row + 1) * height // 3 - side)
        scene.layers[0].paint(photo[top : top + side, left : left + side])
        small.append(Small(scene.amodal[0], (left, top), scene.caption))
    return photo, small


def _scaled(radius: float) -> world.Options:
    radius = min(max(radius, 0.04), 0.45)
    return world.Options(fewest=1, most=1, smallest=radius, largest=radius, shadows=0.0)
