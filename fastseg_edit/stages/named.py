"""From words or a reference to the masks of what they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastseg_edit import models, profiles
from fastseg_edit.candidates import Candidates
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import NoObjectError
from fastseg_edit.prompt import Boxes, Reference, Text
from fastseg_edit.protocols import Describer, Grounder
from fastseg_edit.stages import tiles, wording
from fastseg_edit.stages.locate import Propose, Tiles
from fastseg_edit.stages.match import Match
from fastseg_edit.stages.pick import Which, of_one, pick
from fastseg_edit.stages.rank import Rank
from fastseg_edit.stages.reading import readable

if TYPE_CHECKING:
    from fastseg_edit.stages.fallback import Asked


@dataclass(frozen=True)
class Choice:
    """Which of the objects that are named are meant, and where to look for them.

    Attributes:
        which: As for `Rank`.
        top: How many to take at most. None for as many as there are.
        tiles: As for `Propose`. None for tiles only where nothing in the whole photo is named so.
    """

    which: Which
    top: int | None
    tiles: Tiles


@dataclass(frozen=True)
class Named:
    """The roads from a name to masks.

    Attributes:
        model: The segmenter. None for the profile's.
        grounder: The model that finds what is named. If it and the ranker are None, the profile's.
        ranker: The model that chooses among everything.
        asked: The segmenters that are asked about places, and about everything.
        choice: Which of the objects are meant.
    """

    model: Any
    grounder: Any
    ranker: Any
    asked: Asked
    choice: Choice

    def locate(self, edit: Edit, like: Text | Reference) -> Edit:
        """Return the edit with candidates for words or a reference, labelled by the words.

        Raises:
            NoObjectError: With E_NO_OBJECT, if nothing in the photo shows what is named.
            ModelError: If no model on this machine understands it.
        """
        if isinstance(like, Reference):
            return self._found(edit, like)
        wish = wording.read(like.words)
        named = _labelled(self._found(edit, like), wish.one)
        if self.choice.which != "auto":
            return named
        return _counted(named, like.words, wish.count)

    def _found(self, edit: Edit, like: Text | Reference) -> Edit:
        """Go from words or a reference to masks, on the road that there is a model for."""
        none = self.grounder is None and self.ranker is None
        known = profiles.load() if none else self
        if known.grounder is not None:
            grounder: Grounder = models.get("grounder", known.grounder)
            if isinstance(like, grounder.reads):
                return self._grounded(edit, like, grounder)
        return self._ranked(edit.evolve(prompt=like), self._chooser(known.ranker, like))

    def _chooser(self, ranker: Any, like: Text | Reference) -> Rank | Match:
        """Return the stage that chooses among everything.

        A ranker goes before the segmenter's own features: it was trained to tell what things
        are, and they to tell where one ends.
        """
        if ranker is None and isinstance(like, Reference):
            segmenter = models.get("segmenter", self.model)
            if isinstance(segmenter, Describer):
                return Match(segmenter, which=self.choice.which, top=self.choice.top)
        return Rank(models.get("ranker", ranker), self.choice.which, self.choice.top)

    def _ranked(self, edit: Edit, rank: Rank | Match) -> Edit:
        """Rank everything in the photo, and if nothing shows the words, in tiles of it."""
        whole = self.asked.everything(edit, self.choice.tiles)
        try:
            return rank(whole)
        except NoObjectError as missed:
            side = tiles.side(required(whole.candidates, "candidates"))
            if self.choice.tiles is not None or side is None:
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
            masked = self.asked.locate(edit, found)
        objects = required(masked.candidates, "candidates")
        return masked.evolve(candidates=pick(objects, like, self.choice.which, self.choice.top))

    def _boxed(self, edit: Edit, boxes: Boxes) -> Edit:
        """Return the best mask for each box of a grounder, scored as the box was."""
        masked = self.asked.locate(edit, boxes)
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
