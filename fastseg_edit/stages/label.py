"""From masks to what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from fastseg_edit import models
from fastseg_edit.edit import Edit, required
from fastseg_edit.options import Checked
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.prompt import Text
from fastseg_edit.protocols import Ranker
from fastseg_edit.stages.pick import check_scores

if TYPE_CHECKING:
    from fastseg_edit.candidates import Candidates

OTHER = "other"
"""Label of a mask that shows none of the words."""


@dataclass(frozen=True)
class Label(Checked):
    """Label each proposed mask with the words that it shows best, or with "other".

    The ranker scores every mask by each of the words. The best words win if they reach its
    threshold. The scores of the masks stay what they were, so that labels choose nothing.

    Args:
        model: The ranker, by name, by spec, or the object itself. None for the profile's.
        words: What the masks may show, such as "a red circle". Without any, no label changes.
    """

    needs: ClassVar = ("image", "candidates")
    gives: ClassVar = ("candidates",)
    roles: ClassVar = {"ranker": "model"}

    model: ModelSpec | Ranker | None = None
    words: Sequence[str] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        # A list, as it comes from a file, has no hash.
        object.__setattr__(self, "words", tuple(Text(words).words for words in self.words))

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            ModelError: If no model on this machine ranks by words; with E_MODEL_OUTPUT, if scores
                are not numbers.
        """
        found = required(edit.candidates, "candidates")
        if not self.words or not len(found):
            return edit
        ranker: Ranker = models.get("ranker", self.model)
        return edit.evolve(candidates=found.labelled(self._labels(edit, found, ranker)))

    def _labels(self, edit: Edit, found: Candidates, ranker: Ranker) -> tuple[str, ...]:
        ranked = [ranker.rank(edit.image, found, Text(words)) for words in self.words]
        for each in ranked:
            check_scores(each)
        scores = np.array([each.scores for each in ranked])
        best, shows = scores.argmax(axis=0), scores.max(axis=0) >= ranker.threshold
        return tuple(
            self.words[number] if shown else OTHER
            for number, shown in zip(best, shows, strict=True)
        )
