"""From any prompt to the masks that it may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

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
    Rough,
    Scribble,
    Text,
)
from fastseg_edit.protocols import Describer, Grounder, Ranker, Segmenter
from fastseg_edit.stages import tiles, wording
from fastseg_edit.stages.fallback import Asked
from fastseg_edit.stages.joining import REMNANT, join
from fastseg_edit.stages.locate import Propose, Tiles
from fastseg_edit.stages.match import Match
from fastseg_edit.stages.pick import Which, of_one, pick
from fastseg_edit.stages.rank import Rank
from fastseg_edit.stages.reading import readable

if TYPE_CHECKING:
    from fastseg_edit.prompt import Place


@dataclass(frozen=True)
class Segment(Checked):
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

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.fallback is not None:  # a list, as it comes from a file, has no hash
            object.__setattr__(self, "fallback", profiles.several(self.fallback))

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
            case Combined(operation, left, right):
                one = self._located(edit, left)
                both = self._located(one, right)
                found = [required(each.candidates, "candidates") for each in (one, both)]
                drawn = any(isinstance(part, Mask) for part in placing.parts(prompt))
                remnant = 0.0 if drawn else REMNANT
                return both.evolve(candidates=join(operation, found[0], found[1], remnant))
            case Text(words):
                wish = wording.read(words)
                named = _labelled(self._named(edit, prompt), wish.one)
                return named if self.which != "auto" else _counted(named, words, wish.count)
            case Reference():
                return self._named(edit, prompt)
            case Everything():
                return self._asked.everything(edit, self.tiles)
        raise PromptError("E_SPEC", f"a prompt was wanted, got {prompt!r}")

    def _placed(self, edit: Edit, prompt: Place) -> Edit:
        return self._asked.locate(edit, prompt)

    @property
    def _asked(self) -> Asked:
        others = profiles.load().fallback if self.fallback is None else self.fallback
        return Asked(self.model, profiles.several(others))

    def _named(self, edit: Edit, like: Text | Reference) -> Edit:
        """Go from words or a reference to masks, on the road that there is a model for."""
        none = self.grounder is None and self.ranker is None
        known = profiles.load() if none else self
        if known.grounder is not None:
            grounder: Grounder = models.get("grounder", known.grounder)
            if isinstance(like, grounder.reads):
                return self._grounded(edit, like, grounder)
        return self._ranked(edit.evolve(prompt=like), self._chooser(known.ranker, like))

    def _chooser(self, ranker: ModelSpec | Ranker | None, like: Text | Reference) -> Rank | Match:
        """Return the stage that chooses among everything.

        A ranker goes before the segmenter's own features: it was trained to tell what things
        are, and they to tell where one ends.
        """
        if ranker is None and isinstance(like, Reference):
            segmenter = models.get("segmenter", self.model)
            if isinstance(segmenter, Describer):
                return Match(segmenter, which=self.which, top=self.top)
        return Rank(models.get("ranker", ranker), self.which, self.top)

    def _ranked(self, edit: Edit, rank: Rank | Match) -> Edit:
        """Rank everything in the photo, and if nothing shows the words, in tiles of it."""
        whole = self._asked.everything(edit, self.tiles)
        try:
            return rank(whole)
        except NoObjectError as missed:
            side = tiles.side(required(whole.candidates, "candidates"))
            if self.tiles is not None or side is None:
                raise
            try:
                shown = rank(Propose(self.model, side)(edit))
            except NoObjectError as error:
                there = error.message.rpartition(": ")[2]  # the words were told before
                both = f"{missed.message}; in tiles of {side} pixels {there}"
                raise NoObjectError(error.code, both, error.hint) from error
            text = f"{missed.message}; tiles of {side} pixels show it"
            return shown.noted("W_FALLBACK", text)

    def _grounded(self, edit: Edit, like: Text | Reference, grounder: Grounder) -> Edit:
        asked, edit = readable(grounder, of_one(like), edit)
        found = grounder.ground(edit.image, asked)
        if isinstance(found, Candidates):
            masked = edit.evolve(candidates=found)
        elif isinstance(found, Boxes):
            masked = self._boxed(edit, found)
        else:
            masked = self._placed(edit, found)
        objects = required(masked.candidates, "candidates")
        return masked.evolve(candidates=pick(objects, like, self.which, self.top))

    def _boxed(self, edit: Edit, boxes: Boxes) -> Edit:
        """Return the best mask for each box of a grounder, scored as the box was."""
        masked = self._placed(edit, boxes)
        found = required(masked.candidates, "candidates")
        best = found.take(found.best())
        if boxes.scores:
            best = best.scored([boxes.scores[group] for group in best.groups])
        return masked.evolve(candidates=best)


def _counted(edit: Edit, words: str, count: int | None) -> Edit:
    """Return an edit with a notice, if words ask for more objects than were found."""
    found = len(set(required(edit.candidates, "candidates").groups.tolist()))
    if count is None or found >= count:
        return edit
    return edit.noted("W_FEWER", f"{words[:160]!r} asks for {count}; found: {found}")


def _labelled(edit: Edit, words: str) -> Edit:
    """Return an edit whose candidates are called what they were asked for by, if nothing else."""
    found = required(edit.candidates, "candidates")
    if found.labels or not words:
        return edit
    return edit.evolve(candidates=found.labelled((words,) * len(found)))
