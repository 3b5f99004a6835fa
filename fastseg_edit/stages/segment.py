"""From any prompt to the masks that it may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, ClassVar

from fastseg_edit import placing
from fastseg_edit.candidates import Candidates
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import NoObjectError, PromptError
from fastseg_edit.options import Range
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.prompt import (
    Boxes,
    Combined,
    Everything,
    Mask,
    Points,
    Prompt,
    Reference,
    Rough,
    Scribble,
    Text,
)
from fastseg_edit.protocols import Grounder, Ranker, Segmenter
from fastseg_edit.stages import wording
from fastseg_edit.stages.fallback import Asking
from fastseg_edit.stages.joining import REMNANT, join
from fastseg_edit.stages.locate import Tiles
from fastseg_edit.stages.named import Choice, Named
from fastseg_edit.stages.pick import Which

if TYPE_CHECKING:
    from fastseg_edit.prompt import Place


@dataclass(frozen=True)
class Segment(Asking):
    """Propose masks for the prompt.

    Clicks, boxes, strokes and rough masks go to the segmenter, `Everything` to the stage
    `Propose`. A ready mask is its own only candidate. In a combined prompt each part is resolved
    by itself; a union keeps the objects of its parts apart, and what is intersected or subtracted
    cuts each object on its left.

    Where the segmenter finds nothing that fits a place, it is asked again about a closer look at
    it, and then the segmenters of `fallback` are asked in turn; likewise where it finds no object
    at all. Words that a ranker finds no answer to are looked for in tiles of a large photo, but not
    with other segmenters: that nothing answers them is an answer. A grounder is asked about the
    whole photo only. Whoever answers is told in a notice.

    Words and references have two roads. A grounder finds the places, and the segmenter the masks,
    unless the grounder makes them itself. Without one, but with a ranker, the stage `Propose`
    finds everything, and the stage `Rank` what of it shows the words. Without either, `Match`
    finds what is like a reference, if the segmenter says what it sees.

    Args:
        model: The segmenter, by name, by spec, or the object itself. None for the profile's.
        grounder: The model that finds words and references. None for the profile's.
        ranker: The model that chooses by words and references. None for the profile's.
        which: Which of the objects that words or a reference name are meant, as for `Rank`.
        top: How many of them to take at most, the best first. None for as many as there are.
        fallback: Segmenters for the places at which `model` finds nothing, in the order to try
            them. None for the profile's.
        tiles: As for `Propose`, for everything and for what a ranker chooses among. None for
            tiles only where nothing in the whole photo shows the words.
    """

    needs: ClassVar = ("image", "prompt")
    gives: ClassVar = ("candidates",)
    roles: ClassVar = {
        "segmenter": "model",
        "grounder": "grounder",
        "ranker": "ranker",
        "fallback": "fallback",
    }

    model: ModelSpec | Segmenter | None = None
    grounder: ModelSpec | Grounder | None = None
    ranker: ModelSpec | Ranker | None = None
    which: Which = "auto"
    top: Annotated[int, Range(1)] | None = None
    fallback: ModelSpec | Sequence[ModelSpec | Segmenter] | None = None
    tiles: Tiles = None

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            PromptError: If the prompt does not fit the photo.
            NoObjectError: With E_NO_OBJECT, if nothing in the photo shows the words, or is found
                at the place.
            ModelError: If no model on this machine understands the prompt.
        """
        prompt = required(edit.prompt, "prompt")
        placing.check(prompt, edit.image.shape[:2])
        return self._located(edit, prompt).evolve(prompt=prompt)

    def _located(self, edit: Edit, prompt: Prompt) -> Edit:
        match prompt:
            case Points() | Boxes() | Scribble() | Rough():
                return self._placed(edit, prompt)
            case Mask(pixels):
                return edit.evolve(candidates=Candidates.of([pixels], pixels.shape))
            case Combined():
                return self._combined(edit, prompt)
            case Text(words) if len(parts := wording.listed(words)) > 1:
                return self._located(edit, reduce(or_, map(Text, parts)))
            case Text() | Reference():
                return self._named.locate(edit, prompt)
            case Everything():
                return self._asked.everything(edit, self.tiles)
        raise PromptError("E_SPEC", f"a prompt was wanted, got {prompt!r}")

    def _placed(self, edit: Edit, prompt: Place) -> Edit:
        return self._asked.locate(edit, prompt)

    @property
    def _named(self) -> Named:
        return Named(self.model, self.grounder, self.ranker, self._asked, self._choice)

    @property
    def _choice(self) -> Choice:
        return Choice(self.which, self.top, self.tiles)

    def _combined(self, edit: Edit, prompt: Combined) -> Edit:
        """Resolve each part by itself, and put the parts together.

        Where one of several is not there, the others still are: a union goes on with them, and so
        does what nothing is taken away from. That is told in a notice.

        Raises:
            NoObjectError: With E_NO_OBJECT, if no part of a union is there, nothing to take from,
                or nothing to intersect with.
        """
        one, missed = self._tried(edit, prompt.left)
        both, lacking = self._tried(one, prompt.right)
        if missed and (lacking or prompt.operation != "union"):
            raise missed
        if lacking and prompt.operation == "intersect":
            raise lacking
        if missed:
            return both.noted("W_NO_OBJECT", missed.message)
        if lacking:
            return one.noted("W_NO_OBJECT", lacking.message)
        found = [required(each.candidates, "candidates") for each in (one, both)]
        drawn = any(isinstance(part, Mask) for part in placing.parts(prompt))
        joined = join(prompt.operation, found[0], found[1], 0.0 if drawn else REMNANT)
        return both.evolve(candidates=joined)

    def _tried(self, edit: Edit, part: Prompt) -> tuple[Edit, NoObjectError | None]:
        """Return the edit with what one part means, or as it was and why nothing is."""
        try:
            return self._located(edit, part), None
        except NoObjectError as error:
            return edit, error
