"""Painting that looks at its own work, and tries again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from fastseg_edit import objects, placing
from fastseg_edit.edit import Edit, Verdict, required
from fastseg_edit.errors import NoObjectError
from fastseg_edit.ops import contrast, length, morphology, seam
from fastseg_edit.prompt import Text

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.ops.length import Length
    from fastseg_edit.pipeline import Pipeline

LEFT = 0.2
"""From how much on of what was to go is said to be there still. A choice of ours: on validation
scenes removals that went well were at 0, and masks that left a rim out above 0.3."""

SEAM = 8.0
"""Levels from which on the border of what was painted is said to show. A choice of ours: untouched
photos are below 1, and an offset of 12 levels reads 11.4."""


@dataclass(frozen=True)
class Verify:
    """Paint, look at what came of it, and paint again with another seed and a larger mask.

    What was removed is looked for with the prompt that it was found with: it is still there as far
    as what is found now has the place of what was found before, with as strong an outline. What
    was painted from a caption is looked for with the caption. And the border of the painted place
    should not show. The first result without fault is taken, or else the one with the least.

    Args:
        looking: The stages from a prompt to a mask.
        painting: The stages from a mask to a result.
        tries: How often to paint at most.
        growth: How much larger the mask is at each further try, relative to its longer side.
    """

    needs: ClassVar = ("image", "mask")
    gives: ClassVar = ("result",)

    looking: Pipeline
    painting: Pipeline
    tries: int = 3
    growth: Length = "10%"

    @property
    def seed(self) -> int:
        """The seed of the first try, for edits without one of their own."""
        return self.painting.seed

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit. `Edit.verdict` says how it ended; W_DOUBTFUL, that no try was good."""
        mask = required(edit.mask, "mask")
        seed = self.seed if edit.seed is None else edit.seed
        more = length.pixels(self.growth, morphology.longer_side(mask))
        best: Edit | None = None
        if edit.caption.strip():  # whoever cannot read the words says so before anything is painted
            self._found(edit.evolve(prompt=Text(edit.caption)))
        for number in range(self.tries):
            larger = morphology.dilate(mask, number * more) if number else mask
            painted = self.painting(edit.evolve(mask=larger, seed=seed + number))
            verdict = self._verdict(edit, painted, number + 1)
            if best is None or _fault(verdict) < _fault(required(best.verdict, "verdict")):
                best = painted.evolve(verdict=verdict)
            if _fault(verdict) == (0, 0):
                break
        return _told(required(best, "result"), number + 1)

    def _verdict(self, before: Edit, after: Edit, number: int) -> Verdict:
        border = seam.energy(required(after.result, "result"), required(after.mask, "mask"))
        left = self._missing(after) if after.caption.strip() else self._left(before, after)
        return Verdict(number, round(left, 4), round(border, 4))

    def _left(self, before: Edit, after: Edit) -> float:
        """Return how far what was to go is still there, 0 to 1."""
        prompt = before.prompt
        if prompt is None or placing.is_ready(prompt):
            return 0.0  # a ready mask is at its place whatever is there
        old = required(before.mask, "mask") if before.chosen is None else _joined(before)
        result = required(after.result, "result")
        new = self._found(before.evolve(image=result))
        both = int(np.count_nonzero(old & new)) / max(int(np.count_nonzero(old | new)), 1)
        outline = _outline(before.image, old)
        return both * min(_outline(result, new) / outline, 1.0) if outline else both

    def _missing(self, after: Edit) -> float:
        """Return 0 if what the caption names is found where it was to be painted, or else 1."""
        mask = required(after.mask, "mask")
        seen = after.evolve(image=after.result, prompt=Text(after.caption))
        found = self._found(seen)
        return float(np.count_nonzero(found & mask) <= np.count_nonzero(found) / 2)

    def _found(self, edit: Edit) -> MaskArray:
        try:
            clean = edit.evolve(mask=None, matte=None, result=None, candidates=None, chosen=None)
            return required(self.looking(clean).mask, "mask")
        except NoObjectError:
            return np.zeros(edit.image.shape[:2], bool)


def _joined(edit: Edit) -> MaskArray:
    return objects.joined(required(edit.chosen, "chosen"))


def _outline(image: ImageArray, mask: MaskArray) -> float:
    """Return how strong an edge the outline of a mask runs along."""
    part = morphology.neighbourhood(mask, 8)
    return contrast.along(contrast.edges(image[part]), mask[part]) if mask.any() else 0.0


def _fault(verdict: Verdict) -> tuple[float, float]:
    """Return what is wrong with a result, the worst first: (0, 0) for nothing."""
    left, border = verdict.left, verdict.seam
    return (left if left >= LEFT else 0.0, border if border >= SEAM else 0.0)


def _told(best: Edit, tries: int) -> Edit:
    """Say so, if even the best of all tries has its faults."""
    verdict = required(best.verdict, "verdict")
    left, border = _fault(verdict)
    if left:
        what = "what the caption names is not found in it"
        if not best.caption.strip():
            what = f"{left:.0%} of what was to go is found again"
    elif border:
        what = f"its border shows by {border:.0f} levels"
    else:
        return best
    return best.noted("W_DOUBTFUL", f"the best of {tries} tries was taken, and {what}")
