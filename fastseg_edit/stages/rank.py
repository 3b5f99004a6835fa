"""From words or a reference photo to the masks that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from fastseg_edit import models
from fastseg_edit.absence import absent
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import PromptError
from fastseg_edit.options import Checked, Range
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.prompt import Reference, Text
from fastseg_edit.protocols import NOT_SEEN, Ranker
from fastseg_edit.stages.pick import Which, check_scores, of_one, pick, wish_of
from fastseg_edit.stages.reading import readable

if TYPE_CHECKING:
    from fastseg_edit.candidates import Candidates


@dataclass(frozen=True)
class Rank(Checked):
    """Score the proposed masks by words or a reference photo, and keep those that show it.

    What is kept are the masks that reach the threshold of the ranker, best first, each object
    once. Of these, words of place and size choose by geometry: "the left one", "the second largest
    cup". Words that name nothing, "the left one", are not ranked at all.

    Args:
        model: The ranker, by name, by spec, or the object itself. None for the profile's.
        which: "best" if they are alternatives for one object, "all" if each is an object of the
            selection. "auto" goes by the words: all for "every red cup", "red cups" or "everything
            red", two for "both cups", and one otherwise.
        top: How many to keep at most, the best first. None for as many as there are.
    """

    needs: ClassVar = ("image", "prompt", "candidates")
    gives: ClassVar = ("candidates",)
    roles: ClassVar = {"ranker": "model"}

    model: ModelSpec | Ranker | None = None
    which: Which = "auto"
    top: Annotated[int, Range(1)] | None = None

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            NoObjectError: With E_NO_OBJECT, if no mask reaches the threshold.
            PromptError: If the prompt is neither words nor a reference, or a word is too long.
            ModelError: If no model on this machine ranks by it; with E_MODEL_OUTPUT, if scores
                are not numbers.
        """
        like = required(edit.prompt, "prompt")
        if not isinstance(like, Text | Reference):
            raise PromptError("E_SPEC", f"masks are ranked by words or a reference, got {like!r}")
        found = required(edit.candidates, "candidates")
        if len(found) and isinstance(like, Text) and not wish_of(like).one:
            return edit.evolve(candidates=pick(found, like, self.which, self.top))
        ranker: Ranker = models.get("ranker", self.model)
        asked, edit = readable(ranker, of_one(like), edit)
        ranked = ranker.rank(edit.image, found, asked) if len(found) else found
        check_scores(ranked)
        read_in_full = asked == of_one(like)
        shown = _reaching(ranked, ranker.threshold, like if read_in_full else asked)
        return edit.evolve(candidates=pick(shown, like, self.which, self.top))


HINT = "Say it in other words, or give a click or a box."
SHOW = "Say where the object is in the reference, as --ref FILE@BOX, or give a click or a box."


def _reaching(ranked: Candidates, threshold: float, like: Text | Reference) -> Candidates:
    """Return the masks that reach a threshold, best first."""
    order = np.argsort(-ranked.scores, kind="stable")
    reaching = [int(number) for number in order if ranked.scores[number] >= threshold]
    if reaching:
        return ranked.take(reaching)
    hint = HINT if isinstance(like, Text) else SHOW
    looked_at = int(np.count_nonzero(ranked.scores > NOT_SEEN))
    raise absent(like, looked_at, float(ranked.scores.max(initial=NOT_SEEN)), threshold, hint)
