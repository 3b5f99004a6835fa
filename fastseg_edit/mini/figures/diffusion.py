"""How well sd-mini paints what words say, and how well it paints nothing."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastseg_edit import world
from fastseg_edit.edit import Edit, required
from fastseg_edit.mini.figures.removal import Removal
from fastseg_edit.ops import morphology
from fastseg_edit.stages import Composite, Inpaint
from fastseg_edit.world import judge
from fastseg_edit.world.captions import article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.arrays import ImageArray, MaskArray

SIDE = 256
OPTIONS = world.Options(most=4, smallest=0.14)
MODEL = {"name": "diffusion"}
MARGIN = 4  # pixels by which the hole is larger than what was there


class Filling(NamedTuple):
    """One hole to fill.

    Attributes:
        photo: (H, W, 3) uint8.
        hole: (H, W) bool, a box or a disk round an object.
        plate: (H, W, 3) uint8, the photo as it would be without the object.
        colour: Of what is to be painted, another one than the object's.
        shape: Of what is to be painted, another one than the object's.
    """

    photo: ImageArray
    hole: MaskArray
    plate: ImageArray
    colour: str
    shape: str

    @classmethod
    def of(cls, seed: int) -> Filling:
        """Draw a scene, and choose one of its objects and what should be in its place."""
        random = Random(f"filling {seed}")
        scene = world.draw(seed, SIDE, OPTIONS)
        number = random.randrange(len(scene.things))
        thing, amodal = scene.things[number], scene.amodal[number]
        outline = morphology.box_of if random.random() < 0.5 else morphology.disk_of
        return cls(
            scene.photo,
            morphology.dilate(outline(amodal), MARGIN),
            scene.without(number),
            random.choice([colour for colour in world.COLOURS if colour != thing.colour]),
            random.choice([shape for shape in world.SHAPES if shape != thing.shape]),
        )

    @property
    def caption(self) -> str:
        """What is to be painted, in words."""
        return article(f"{self.colour} {self.shape}")

    def filled(self) -> ImageArray:
        """Return what the stages of an edit make of it."""
        edit = Edit(self.photo, mask=self.hole, caption=self.caption)
        return required(Composite()(Inpaint(MODEL)(edit)).result, "result")

    def judged(self, picture: ImageArray) -> tuple[bool, bool]:
        """Return whether colour and shape are the ones asked for, without learned parts."""
        seen = judge.painted(picture, self.plate, self.hole)
        if not seen.any():
            return False, False
        return (
            judge.colour_of(picture, seen)[0] == self.colour,
            judge.shape_of(seen)[0] == self.shape,
        )


def measure(seeds: Sequence[int]) -> dict[str, float]:
    """Fill holes whose outline says nothing, and remove objects.

    A hole is the box of an object or the circle round it, 4 pixels wider, in a scene of 256 pixels
    a side with 1 to 4 objects. Colour and shape asked for are others than the object's.

    Args:
        seeds: Of the scenes, one or more.

    Returns:
        `fill_colour` and `fill_shape`: shares of the holes in which the judge sees the colour and
        the shape asked for. `sd_removal_gain_db`: PSNR under the mask of a removal, without a
        caption, less that of Telea's method, mean over the scenes; `sd_psnr_db` the first alone.
    """
    fillings = [Filling.of(seed) for seed in seeds]
    right = np.array([each.judged(each.filled()) for each in fillings])
    removals = [Removal.of(seed) for seed in seeds]
    ours = float(np.mean([each.psnr(each.filled(MODEL)) for each in removals]))
    telea = float(np.mean([each.psnr(each.telea()) for each in removals]))
    return {
        "fill_colour": float(right[:, 0].mean()),
        "fill_shape": float(right[:, 1].mean()),
        "sd_removal_gain_db": ours - telea,
        "sd_psnr_db": ours,
    }
