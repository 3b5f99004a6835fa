"""Inpainters that need neither weights nor search: one colour, or the photo out of focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import cv2
import numpy as np
from PIL import ImageColor

from fastseg_edit.errors import SpecError
from fastseg_edit.ops import morphology
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.protocols import Hole


@dataclass(frozen=True)
class Colour(Checked):
    """Paints one colour: the one that the caption names, as "white", "#fa0" or "rgb(9, 9, 9)"."""

    native: ClassVar = None
    multiple: ClassVar = 1
    context: ClassVar = "100%"

    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Return the window with the hole in one colour.

        Raises:
            SpecError: With E_SPEC, if the caption is not a colour.
        """
        try:
            colour = ImageColor.getrgb(hole.caption.strip())[:3]
        except ValueError as error:
            message = f"inpainter 'colour' paints one colour, and {hole.caption!r} is none"
            raise SpecError("E_SPEC", message, "Write for example white or #ffaa00.") from error
        painted = hole.image.copy()
        painted[hole.mask] = colour
        return painted


@dataclass(frozen=True)
class Blur(Checked):
    """Puts what is under the mask out of focus, without the rest bleeding in.

    Blurs the masked pixels alone and divides by how many took part (normalised convolution [1]).
    The caption plays no part.

    Args:
        strength: Standard deviation of the blur, as a share of the window's longer side.

    References:
        [1] Knutsson, Westin. Normalized and differential convolution. CVPR 1993.
            doi:10.1109/CVPR.1993.341081
    """

    native: ClassVar = None
    multiple: ClassVar = 1
    context: ClassVar = "100%"

    strength: Annotated[float, Range(0, 0.5, beyond=True)] = 0.02

    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Return the window with the masked part blurred."""
        sigma = self.strength * max(hole.mask.shape)
        weight = hole.mask.astype(np.float32)
        total = cv2.GaussianBlur(hole.image * weight[..., None], (0, 0), sigma)
        share = cv2.GaussianBlur(weight, (0, 0), sigma)
        painted = hole.image.copy()
        part = morphology.neighbourhood(hole.mask, 0)
        inside = hole.mask[part]
        mean = total[part][inside] / share[part][inside, None]
        painted[part][inside] = np.clip(np.rint(mean), 0, 255).astype(np.uint8)
        return painted
