"""From words or a reference photo to the masks that show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import numpy as np

from fastseg_edit import models
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import NoObjectError, PromptError
from fastseg_edit.options import Checked
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.prompt import Reference, Text
from fastseg_edit.protocols import Ranker
from fastseg_edit.stages import wording

if TYPE_CHECKING:
    from fastseg_edit.candidates import Candidates

Which: TypeAlias = Literal["auto", "best", "all"]

SAME = 0.8
"""IoU above which two masks are of one object."""


@dataclass(frozen=True)
class Rank(Checked):
    """Score the proposed masks by words or a reference photo, and keep those that show it.

    What is kept are the masks that reach the threshold of the ranker, best first, each object
    once.

    Args:
        model: The ranker, by name, by spec, or the object itself. None for the profile's.
        which: "best" if they are alternatives for one object, "all" if each is an object of the
            selection. "auto" takes all where the words say so, as in "every red cup", "red cups"
            or "everything red", and the best otherwise.
    """

    needs: ClassVar = ("image", "prompt", "candidates")
    gives: ClassVar = ("candidates",)
    roles: ClassVar = {"ranker": "model"}

    model: ModelSpec | Ranker | None = None
    which: Which = "auto"

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            NoObjectError: With E_NO_OBJECT, if no mask reaches the threshold.
            PromptError: If the prompt is neither words nor a reference.
            ModelError: If no model on this machine ranks by it.
        """
        like = required(edit.prompt, "prompt")
        if not isinstance(like, Text | Reference):
            raise PromptError("E_SPEC", f"masks are ranked by words or a reference, got {like!r}")
        found = required(edit.candidates, "candidates")
        ranker: Ranker = models.get("ranker", self.model)
        ranked = ranker.rank(edit.image, found, self._one_of(like)) if len(found) else found
        shown = _distinct(_reaching(ranked, ranker.threshold, like))
        objects = np.arange(len(shown)) if self._all(like) else np.zeros(len(shown), np.intp)
        return edit.evolve(candidates=replace(shown, groups=objects))

    def _all(self, like: Text | Reference) -> bool:
        if self.which != "auto":
            return self.which == "all"
        return isinstance(like, Text) and wording.asks_for_all(like.words)

    def _one_of(self, like: Text | Reference) -> Text | Reference:
        """Return what one mask should show: a mask of one cup is no picture of "every cup"."""
        return Text(wording.of_one(like.words)) if isinstance(like, Text) else like


def _reaching(ranked: Candidates, threshold: float, like: Text | Reference) -> Candidates:
    """Return the masks that reach a threshold, best first."""
    order = np.argsort(-ranked.scores, kind="stable")
    reaching = [int(number) for number in order if ranked.scores[number] >= threshold]
    if reaching:
        return ranked.take(reaching)
    wanted = repr(like.words) if isinstance(like, Text) else "what the reference shows"
    best = f"the best of {len(ranked)} masks scores {ranked.scores.max():.2f}" if len(order) else ""
    raise NoObjectError(
        "E_NO_OBJECT",
        f"nothing in the photo answers {wanted[:160]}: "
        f"{f'{best}, below {threshold:.2f}' if best else 'no object was found at all'}",
        "Say it in other words, or give a click or a box.",
    )


def _distinct(ranked: Candidates) -> Candidates:
    """Return masks without those that are nearly the same as a better one before them."""
    kept: list[int] = []
    for number, cutout in enumerate(ranked.cutouts):
        if all(cutout.overlap(ranked.cutouts[other]) <= SAME for other in kept):
            kept.append(number)
    return ranked.take(kept)
