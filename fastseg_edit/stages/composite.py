"""From what was painted to a photo in which nothing else has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from fastseg_edit.edit import Edit, required
from fastseg_edit.ops import bands, blend, gradients, length, morphology
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray


@dataclass(frozen=True)
class Composite(Checked):
    """Put back every pixel outside the mask, bit for bit, and soften the seam inside it.

    What of the masked pixels still shows of an object that is kept, its rim, is laid over it last.

    Args:
        feather: Over which length the repainted part fades into the photo. Inside the mask.
        blend: What is done to the seam before: "feather" for nothing but the fade; "poisson" to
            take the step at the border away, by shifting the colours in the whole mask;
            "multiband" to do so near the border, coarse differences softly and fine ones at once.
            Both are for what is to go on from one side to the other. What has an edge at the
            border, such as a background round a kept object, takes on some of its colour.
    """

    needs: ClassVar = ("image", "mask", "result")
    gives: ClassVar = ("result",)

    feather: Length = 3
    blend: Literal["feather", "poisson", "multiband"] = "feather"

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        mask, over = required(edit.mask, "mask"), required(edit.result, "result")
        result = self._blended(edit.image, over, mask)
        if edit.matte is not None:
            result = blend.layered(result, edit.matte.colours, mask, edit.matte.alpha)
        return edit.evolve(result=result)

    def _blended(self, under: ImageArray, over: ImageArray, mask: MaskArray) -> ImageArray:
        match self.blend:
            case "poisson":
                over = gradients.blended(under, over, mask)
            case "multiband":
                over = bands.blended(under, over, mask)
        feather = length.pixels(self.feather, morphology.longer_side(mask))
        return blend.composite(under, over, mask, feather)
