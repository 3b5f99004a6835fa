"""The object's shadow goes with the object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fastseg_edit.edit import Edit, required
from fastseg_edit.ops import length, morphology, shadow
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked


@dataclass(frozen=True)
class TakeInShadow(Checked):
    """Grow the mask over the shadow that touches the object, where one can be told for sure.

    On plain ground, that is: the mask stays as it is where other things near by are as dark.

    Args:
        reach: How far the shadow may extend. 0 to leave shadows alone.
    """

    needs: ClassVar = ("image", "mask")
    gives: ClassVar = ("mask",)

    reach: Length = 0

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        mask = required(edit.mask, "mask")
        reach = length.pixels(self.reach, morphology.longer_side(mask))
        return edit.evolve(mask=shadow.take_in(edit.image, mask, reach))
