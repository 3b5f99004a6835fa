"""From a mask to a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from fastseg_edit import models
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import ModelError, NoObjectError, PromptError
from fastseg_edit.ops import blend, length, morphology, plan
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked, Range
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.protocols import Hole, Inpainter

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.ops.window import Window


@dataclass(frozen=True)
class Inpaint(Checked):
    """Repaint the masked pixels.

    The model sees the mask and some of its surroundings, not the whole photo, so that a small
    object in a large photo is painted at full resolution. Islands far apart are painted one by
    one.

    Args:
        model: The inpainter, by name, by spec, or the object itself. None for the profile's.
        context: Surroundings that the model sees on every side, in pixels or relative to the
            longer side of what is painted. None for what the model asks for.
        seed: Seed of everything random. The same seed gives the same result.
        max_coverage: Largest share of the photo that may be repainted. A mask that covers more is
            mostly a mistake, such as one with black and white swapped.
    """

    needs: ClassVar = ("image", "mask")
    gives: ClassVar = ("result",)
    roles: ClassVar = {"inpainter": "model"}

    model: ModelSpec | Inpainter | None = None
    context: Length | None = None
    seed: Annotated[int, Range(0, 2**63 - 1)] = 0
    max_coverage: Annotated[float, Range(0, 1)] = 0.9

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            NoObjectError: With E_NO_OBJECT, if the mask selects nothing.
            PromptError: With E_MASK_COVERAGE, if it selects too much.
            ModelError: If the model is missing or returns something else than a picture.
        """
        mask = required(edit.mask, "mask")
        self._check(mask)
        inpainter: Inpainter = models.get("inpainter", self.model)
        context = inpainter.context if self.context is None else self.context
        geometry = plan.Geometry(context, inpainter.native, inpainter.multiple)
        result = edit.image.copy()
        for window in plan.windows(mask, geometry):
            patch = inpainter.inpaint(self._hole(edit, window, result, mask))
            _check_patch(patch, window)
            window.paste(patch, result, mask)
        for remark in getattr(inpainter, "remarks", ()):
            edit = edit.noted("W_MODEL", remark)
        return edit.evolve(result=result)

    def _hole(self, edit: Edit, window: Window, image: ImageArray, mask: MaskArray) -> Hole:
        avoid = None if edit.avoid is None else window.cut_mask(edit.avoid)
        return Hole(window.cut(image), window.cut_mask(mask), edit.caption, self.seed, avoid)

    def _check(self, mask: MaskArray) -> None:
        coverage = np.count_nonzero(mask) / mask.size
        if not coverage:
            raise NoObjectError("E_NO_OBJECT", "the mask selects no pixel")
        if coverage > self.max_coverage:
            raise PromptError(
                "E_MASK_COVERAGE",
                f"the mask covers {coverage:.1%} of the photo, more than {self.max_coverage:.0%}",
                "Check that white marks what is to go, or raise --max-coverage.",
            )


@dataclass(frozen=True)
class Composite(Checked):
    """Put back every pixel outside the mask, bit for bit, and soften the seam inside it.

    Args:
        feather: Over which length the repainted part fades into the photo. Inside the mask.
    """

    needs: ClassVar = ("image", "mask", "result")
    gives: ClassVar = ("result",)

    feather: Length = 3

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        mask, over = required(edit.mask, "mask"), required(edit.result, "result")
        feather = length.pixels(self.feather, morphology.longer_side(mask))
        return edit.evolve(result=blend.composite(edit.image, over, mask, feather))


def _check_patch(patch: ImageArray, window: Window) -> None:
    if patch.shape != (*window.outer, 3) or patch.dtype != np.uint8:
        raise ModelError(
            "E_MODEL_OUTPUT",
            f"the inpainter should return {(*window.outer, 3)} uint8, "
            f"got {patch.shape} {patch.dtype.name}",
        )
