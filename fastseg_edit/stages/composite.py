"""From what was painted to a photo in which nothing else has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from fastseg_edit.edit import Edit, required
from fastseg_edit.ops import blend, length, morphology
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked


@dataclass(frozen=True)
class Composite(Checked):
    """Put back every pixel outside the mask, bit for bit, and soften the seam inside it.

    What of the masked pixels still shows of an object that is kept, its rim, is laid over it last.

    Args:
        feather: Over which length the repainted part fades into the photo. Inside the mask.
        blend: What the seam is softened with. "feather" fades.
    """

    needs: ClassVar = ("image", "mask", "result")
    gives: ClassVar = ("result",)

    feather: Length = 3
    blend: Literal["feather"] = "feather"

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        mask, over = required(edit.mask, "mask"), required(edit.result, "result")
        feather = length.pixels(self.feather, morphology.longer_side(mask))
        result = blend.composite(edit.image, over, mask, feather)
        if edit.matte is not None:
            result = blend.layered(result, edit.matte.colours, mask, edit.matte.alpha)
        return edit.evolve(result=result)
