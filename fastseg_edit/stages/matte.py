"""From a hard outline round what is kept to a soft one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastseg_edit.edit import Edit, Matte, required
from fastseg_edit.ops import foreground, length, matting, morphology
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked, Range

_OPAQUE = 0.996  # less than half a level of 255 of anything else shows through


@dataclass(frozen=True)
class MatteRim(Checked):
    """Find how much of the pixels at the rim is the kept object's, and which colours it has there.

    For a mask that is the background of what is kept. The mask grows into the object over its
    soft rim, so that what is painted goes on behind it, and the rim is laid over that without the
    colours of the old background.

    Args:
        reach: How far on either side of the outline the rim may extend, in pixels or relative to
            the longer side of what is kept. 0 for a hard outline.
        least: Pixels below which a relative reach never falls.
    """

    needs: ClassVar = ("image", "mask")
    gives: ClassVar = ("mask", "matte")

    reach: Length = "2%"
    least: Annotated[float, Range(0)] = 4.0

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        mask = required(edit.mask, "mask")
        kept = ~mask
        reach = length.pixels(self.reach, morphology.longer_side(kept), self.least)
        if reach < 1 or not kept.any() or not mask.any():
            return edit
        alpha = matting.opacity(edit.image, kept, reach)
        grown = mask | (alpha < _OPAQUE)
        if grown.all():  # nothing would be left that an inpainter could go by
            return edit
        return edit.evolve(mask=grown, matte=Matte(alpha, foreground.colours(edit.image, alpha)))
