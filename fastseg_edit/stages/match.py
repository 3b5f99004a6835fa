"""From a reference photo to the masks that show its object, by what the segmenter itself sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from fastseg_edit import models, placing
from fastseg_edit.absence import absent
from fastseg_edit.cutouts import Cutout
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import ModelError, PromptError
from fastseg_edit.options import Checked, Range
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.prompt import Reference, Rough
from fastseg_edit.protocols import Describer, Segmenter
from fastseg_edit.stages.pick import Which, check_scores, pick
from fastseg_edit.stages.scales import Scales
from fastseg_edit.stages.view import View

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.candidates import Candidates


@dataclass(frozen=True)
class Match(Checked):
    """Score the proposed masks by how alike the segmenter finds them and a reference photo.

    This needs no model but the segmenter, and no training: what it sees in the cells of a mask is
    compared with what it saw in the reference [1]. Unlike there, every mask that reaches the
    threshold is an instance, and where none does the answer is that there is none. Of several
    references of one object, a mask has to be like any one.

    Args:
        model: The segmenter, by name, by spec, or the object itself. None for the profile's.
        threshold: Likeness from which on a mask shows the object, -1 to 1. None for the
            segmenter's own.
        which: "best" if the masks are alternatives for one object, "all" if each is an object of
            the selection. "auto" means the best.
        top: How many to keep at most, the best first. None for as many as there are.
        tune: True to learn from the reference how much of what a click may mean is meant, as
            PerSAM-F does [1], and to cut the objects out anew in that way. For objects that the
            segmenter proposes in parts.

    References:
        [1] Zhang et al. Personalize segment anything model with one shot. ICLR 2024.
            arXiv:2305.03048
    """

    needs: ClassVar = ("image", "prompt", "candidates")
    gives: ClassVar = ("candidates",)
    roles: ClassVar = {"segmenter": "model"}

    model: ModelSpec | Segmenter | None = None
    threshold: Annotated[float, Range(-1, 1)] | None = None
    which: Which = "auto"
    top: Annotated[int, Range(1)] | None = None
    tune: bool = False

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            NoObjectError: With E_NO_OBJECT, if no mask reaches the threshold.
            PromptError: If the prompt is no reference; with E_MASK_SIZE or E_MASK_EMPTY, if a mask
                does not show a part of its photo.
            ModelError: If the segmenter does not say what it sees; with E_MODEL_OUTPUT, if that is
                not made of numbers.
        """
        like = required(edit.prompt, "prompt")
        if not isinstance(like, Reference):
            raise PromptError("E_SPEC", f"masks are matched with a reference, got {like!r}")
        placing.check(like, edit.image.shape[:2])
        found = required(edit.candidates, "candidates")
        segmenter = _describer(models.get("segmenter", self.model))
        view = View.of(segmenter, edit.image)
        shown = [
            View.of(segmenter, each.image).vectors(Cutout.of(_whole(each)))
            for each in placing.references(like)
        ]
        scored = found.scored([view.likeness(cutout, shown) for cutout in found.cutouts])
        check_scores(scored)
        threshold = view.alike if self.threshold is None else self.threshold
        reaching = _reaching(scored, threshold, like)
        chosen = pick(reaching, like, self.which, self.top)
        if self.tune:
            chosen = _tuned(segmenter, view, chosen, like)
        return edit.evolve(candidates=chosen)


def _describer(segmenter: Any) -> Describer:
    if isinstance(segmenter, Describer):
        return segmenter
    raise ModelError(
        "E_MODEL_MISSING",
        f"{type(segmenter).__name__} does not say what it sees, so it cannot match a reference",
        "Take a segmenter that has features, such as fastsam or sam.",
    )


def _whole(reference: Reference) -> MaskArray:
    """Return where the object is in a reference: everywhere if it has no mask."""
    shown = reference.mask
    return np.ones(reference.image.shape[:2], bool) if shown is None else shown


HINT = "Give another reference of the object, or a click or a box."


def _reaching(scored: Candidates, threshold: float, like: Reference) -> Candidates:
    """Return the masks that reach a threshold."""
    reaching = np.flatnonzero(scored.scores >= threshold)
    if reaching.size:
        return scored.take(reaching.tolist())
    raise absent(like, len(scored), float(scored.scores.max(initial=-1)), threshold, HINT)


def _tuned(segmenter: Describer, view: View, chosen: Candidates, like: Reference) -> Candidates:
    """Return each object as a click on it is meant; as it is where a click selects nothing."""
    seen, true = View.of(segmenter, like.image), _whole(like)
    scales = Scales.fitted(segmenter, seen.encoding, seen.middle(Cutout.of(true)), true)
    anew = []
    for cutout in chosen.cutouts:
        mixed = scales.at(segmenter, view.encoding, view.middle(cutout))
        anew.append(_refined(segmenter, view, mixed) if mixed.area else cutout)
    return chosen.changed(anew)


def _refined(segmenter: Describer, view: View, rough: Cutout) -> Cutout:
    """Return a mask as the segmenter would have it."""
    whole = np.zeros(view.size, bool)
    rough.paint(whole)
    found = segmenter.predict(view.encoding, Rough(whole))
    return found.cutouts[int(found.scores.argmax())] if len(found) else rough
