"""From a prompt to a mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np

from fastseg_edit import models, placing, profiles
from fastseg_edit.candidates import Candidates
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import NoObjectError, PromptError
from fastseg_edit.options import Checked, Range
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.prompt import (
    Boxes,
    Combined,
    Everything,
    Mask,
    Points,
    Prompt,
    Reference,
    Scribble,
    Text,
)
from fastseg_edit.protocols import Grounder, Ranker, Segmenter
from fastseg_edit.stages.rank import Rank, Which

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray


@dataclass(frozen=True)
class Segment(Checked):
    """Propose masks for the prompt.

    Clicks, boxes and strokes go to the segmenter, `Everything` to the stage `Propose`. A ready
    mask is its own only candidate. In a combined prompt each part is resolved by itself, to its
    best masks, and the parts are then put together.

    Words and references have two roads. With a grounder, the stage `Ground` finds the places, and
    the segmenter the masks. Without one, but with a ranker, the stage `Propose` finds everything,
    and the stage `Rank` what of it shows the words.

    Args:
        model: The segmenter, by name, by spec, or the object itself. None for the profile's.
        grounder: The model that finds words and references. None for the profile's.
        ranker: The model that chooses by words and references. None for the profile's.
        which: Which of the masks that a ranker chooses are meant, as for `Rank`.
    """

    needs: ClassVar = ("image", "prompt")
    gives: ClassVar = ("candidates",)
    roles: ClassVar = {"segmenter": "model", "grounder": "grounder", "ranker": "ranker"}

    model: ModelSpec | Segmenter | None = None
    grounder: ModelSpec | Grounder | None = None
    ranker: ModelSpec | Ranker | None = None
    which: Which = "auto"

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            PromptError: If the prompt does not fit the photo.
            NoObjectError: With E_NO_OBJECT, if nothing in the photo shows the words.
            ModelError: If no model on this machine understands the prompt.
        """
        prompt = required(edit.prompt, "prompt")
        placing.check(prompt, edit.image.shape[:2])
        return edit.evolve(candidates=self._candidates(edit, prompt))

    def _candidates(self, edit: Edit, prompt: Prompt) -> Candidates:
        match prompt:
            case Points() | Boxes() | Scribble():
                segmenter: Segmenter = models.get("segmenter", self.model)
                return segmenter.predict(models.encode(segmenter, edit.image), prompt)
            case Mask(pixels):
                return Candidates.of([pixels], pixels.shape)
            case Combined(operation, left, right):
                one, other = (self._mask(edit, part) for part in (left, right))
                joined = placing.combine(operation, one, other)
                return Candidates.of([joined], joined.shape)
            case Text() | Reference():
                return self._named(edit.evolve(prompt=prompt))
            case Everything():
                return required(Propose(self.model)(edit).candidates, "candidates")
        raise PromptError("E_SPEC", f"a prompt was wanted, got {prompt!r}")

    def _named(self, edit: Edit) -> Candidates:
        """Go from words or a reference to masks, on the road that there is a model for."""
        none = self.grounder is None and self.ranker is None
        known = profiles.load() if none else self
        if known.grounder is None and known.ranker is not None:
            ranked = Rank(known.ranker, self.which)(Propose(self.model)(edit))
            return required(ranked.candidates, "candidates")
        found = Ground(known.grounder)(edit)
        return self._candidates(edit, required(found.prompt, "prompt"))

    def _mask(self, edit: Edit, part: Prompt) -> MaskArray:
        """Return the best masks for one part of a combined prompt, joined."""
        found = self._candidates(edit, part)
        return required(Select()(edit.evolve(prompt=part, candidates=found)).mask, "mask")


@dataclass(frozen=True)
class Ground(Checked):
    """Replace words or a reference photo by the place that they name.

    Args:
        model: The grounder, by name, by spec, or the object itself. None for the profile's.
    """

    needs: ClassVar = ("image", "prompt")
    gives: ClassVar = ("prompt",)
    roles: ClassVar = {"grounder": "model"}

    model: ModelSpec | Grounder | None = None

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit. Other prompts than words and references pass unchanged.

        Raises:
            ModelError: With E_MODEL_MISSING, if no model on this machine reads words or references.
        """
        prompt = required(edit.prompt, "prompt")
        if not isinstance(prompt, Text | Reference):
            return edit
        grounder: Grounder = models.get("grounder", self.model)
        return edit.evolve(prompt=grounder.ground(edit.image, prompt))


@dataclass(frozen=True)
class Propose(Checked):
    """Propose a mask for everything in the photo.

    Args:
        model: The segmenter, by name, by spec, or the object itself. None for the profile's.
    """

    needs: ClassVar = ("image",)
    gives: ClassVar = ("candidates",)
    roles: ClassVar = {"segmenter": "model"}

    model: ModelSpec | Segmenter | None = None

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        segmenter: Segmenter = models.get("segmenter", self.model)
        return edit.evolve(candidates=segmenter.predict(models.encode(segmenter, edit.image), None))


@dataclass(frozen=True)
class Select(Checked):
    """Choose among the proposed masks, and join the chosen ones.

    Args:
        by: "score" for the model's own opinion, "area" for the largest.
        top: How many to keep of each group of alternatives.
        candidate: Which one to take instead of the best, 1 for the best, 2 for the next, as
            `--save candidates` shows them. Takes one of each group.
    """

    needs: ClassVar = ("candidates",)
    gives: ClassVar = ("mask",)

    by: Literal["score", "area"] = "score"
    top: Annotated[int, Range(1)] = 1
    candidate: Annotated[int, Range(1)] = 1

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            NoObjectError: With E_NO_OBJECT, if nothing was proposed, or only empty masks.
        """
        found = required(edit.candidates, "candidates")
        chosen = [
            number for group in np.unique(found.groups) for number in self._best(found, group)
        ]
        mask = found.union(chosen)
        if not mask.any():
            raise NoObjectError(
                "E_NO_OBJECT",
                f"nothing was found for {edit.prompt!r}"[:200],
                "Move the click or the box, add a second click, or give a mask.",
            )
        return edit.evolve(mask=mask)

    def _best(self, found: Candidates, group: int) -> list[int]:
        members = np.flatnonzero(found.groups == group)
        worth = found.scores if self.by == "score" else found.areas
        order = members[np.argsort(-worth[members], kind="stable")]
        if self.candidate > len(order):
            raise PromptError(
                "E_SPEC", f"candidate {self.candidate} was asked for, and there are {len(order)}"
            )
        return order[self.candidate - 1 :][: self.top].tolist()  # type: ignore[no-any-return]
