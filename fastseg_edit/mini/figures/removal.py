"""One object of a drawn scene that is to be removed, and what is really behind it."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from fastseg_edit import world
from fastseg_edit.edit import Edit, required
from fastseg_edit.ops import morphology
from fastseg_edit.stages import Composite, Inpaint

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.profiles import ModelSpec

SIDE = 256  # pixels of a scene
MARGIN = 3  # pixels by which the hole is larger than the object and its shadow
RADIUS = 3  # pixels round a pixel that Telea's method looks at
_LEAST = 0.01  # squared level: the error of a perfect picture, so that its PSNR is finite


class Removal(NamedTuple):
    """One object to remove.

    Attributes:
        photo: (H, W, 3) uint8.
        mask: (H, W) bool, the object and its shadow, dilated.
        truth: (H, W, 3) uint8, the photo as it would be without the object.
    """

    photo: ImageArray
    mask: MaskArray
    truth: ImageArray

    @classmethod
    def of(cls, seed: int) -> Removal:
        """Draw a scene and choose any one of its objects."""
        scene = world.draw(seed, SIDE)
        number = Random(seed).randrange(len(scene.things))
        mask = morphology.dilate(scene.footprint(number), MARGIN)
        return cls(scene.photo, mask, scene.without(number))

    def psnr(self, picture: ImageArray) -> float:
        """Return how near a picture is to the truth under the mask, in dB."""
        apart = picture[self.mask].astype(np.float64) - self.truth[self.mask]
        return 10 * math.log10(255**2 / max(float(np.square(apart).mean()), _LEAST))

    def filled(self, model: ModelSpec) -> ImageArray:
        """Return what the stages of an edit make of it with an inpainter."""
        edit = Composite()(Inpaint(model)(Edit(self.photo, mask=self.mask)))
        return required(edit.result, "result")

    def telea(self) -> ImageArray:
        """Return the photo filled by fast marching, the classical method to compare with.

        References:
            Telea. An image inpainting technique based on the fast marching method. JGT 2004.
            doi:10.1080/10867651.2004.10487596
        """
        hole = self.mask.astype(np.uint8)
        filled: Any = cv2.inpaint(self.photo, hole, RADIUS, cv2.INPAINT_TELEA)
        return filled  # type: ignore[no-any-return]
