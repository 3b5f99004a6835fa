"""Who answers a prompt that the segmenter finds nothing at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import models, profiles
from fastseg_edit.candidates import Candidates
from fastseg_edit.errors import ModelError, NoObjectError
from fastseg_edit.options import Checked
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.prompt import Boxes, Points, Scribble
from fastseg_edit.protocols import Segmenter
from fastseg_edit.stages import closer
from fastseg_edit.stages.fit import LEAST, fit
from fastseg_edit.stages.locate import Propose, Tiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.edit import Edit
    from fastseg_edit.prompt import Place

HINT = "Move the click or the box, add a second click, or give a mask."
"""What to do where nothing is found."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What somebody found at a place.

    Attributes:
        name: Who was asked.
        found: What was found.
        fit: How well it fits the place, 0 to 1.
    """

    name: str
    found: Candidates
    fit: float


@dataclass(frozen=True)
class Asked:
    """Segmenters in the order in which they are asked about a place.

    Args:
        model: The first one, by name, by spec, or the object itself. None for the profile's.
        others: Those that are asked where it finds nothing.
    """

    model: Any
    others: Sequence[Any]

    def locate(self, edit: Edit, prompt: Place) -> Edit:
        """Return the edit with candidates for a prompt, and a notice for each that was missed.

        Each box is answered by itself, unless the first segmenter takes boxes for examples: then
        whatever it finds is the answer. Where the first segmenter finds nothing that fits, it is
        asked again about a part of the photo, and then the others are asked about the photo.

        Raises:
            NoObjectError: With E_NO_OBJECT and all that was tried, if nobody finds anything.
        """
        segmenter = models.get("segmenter", self.model)
        found = segmenter.predict(models.encode(segmenter, edit.image), prompt)
        if getattr(segmenter, "exemplars", False):
            return self._alike(edit, found)
        answers = []
        for number, place in enumerate(_single(prompt)):
            mine = found.take(np.flatnonzero(found.groups == number).tolist())
            answer = Answer(self.title, mine, fit(mine, place, segmenter))
            if answer.fit < LEAST:
                edit, mine = self._again(edit, place, _called(prompt, number), answer)
            answers.append(replace(mine, groups=np.full(len(mine), number, np.intp)))
        together = _together(answers)
        if not together.areas.any():
            told = "; ".join(notice.text for notice in edit.notices[-len(answers) :])
            raise NoObjectError("E_NO_OBJECT", told, HINT)
        return edit.evolve(candidates=together)

    def _alike(self, edit: Edit, found: Candidates) -> Edit:
        """Return the edit with all that is like the examples: far more than there are of them."""
        if not found.areas.any():
            raise NoObjectError("E_NO_OBJECT", f"{self.title} found nothing like the boxes", HINT)
        return edit.evolve(candidates=found)

    def everything(self, edit: Edit, tiles: Tiles = None) -> Edit:
        """Return the edit with candidates for everything, and a notice if others had to be asked.

        They are asked only where the first segmenter finds no object at all, not where none of
        its objects answers some words: on drawn scenes that found nothing more that was there, and
        three in 75 things that were not.

        Args:
            edit: The photo.
            tiles: As for `Propose`.
        """
        whole = Propose(self.model, tiles)(edit)
        if whole.candidates:
            return whole
        stages = {f"{self.title} in tiles": Propose(self.model, "auto")}
        stages |= {profiles.title(other): Propose(other) for other in self.others}
        unable = []
        for name, propose in stages.items():
            try:
                found = propose(edit)
            except ModelError as error:  # grabcut, for one, finds what is pointed at
                unable.append(f"{name} ({error.message})")
                continue
            if found.candidates:
                text = f"{self.title} found no object in the whole photo; {name} did"
                text += f", after {_listed(unable)}" * bool(unable)
                return found.noted("W_FALLBACK", text)
        return whole

    def _again(
        self, edit: Edit, place: Place, called: str, first: Answer
    ) -> tuple[Edit, Candidates]:
        """Ask until an answer fits, and note whose was taken; if none fits, the nearest one is."""
        answers = [first]
        for answer in self._others(edit, place):
            answers.append(answer)
            if answer.fit >= LEAST:
                break
        best = max(answers, key=lambda answer: answer.fit)
        others = _listed([answer.name for answer in answers if answer is not best])
        if not best.fit:
            asked = _listed([answer.name for answer in answers])
            edit = edit.noted("W_NO_OBJECT", f"{asked} found nothing for {called}")
            return edit, best.found.take([])
        if best.fit < LEAST:
            text = f"nothing fits {called} well; the mask of {best.name} was taken"
            edit = edit.noted("W_DOUBTFUL", text + f", after {others}" * (len(answers) > 1))
        else:
            text = f"{others} found nothing that fits {called}; {best.name} did"
            edit = edit.noted("W_FALLBACK", text)
        return edit, best.found

    def _others(self, edit: Edit, place: Place) -> Iterator[Answer]:
        """Ask the first segmenter about parts of the photo, and then each of the others."""
        segmenter = models.get("segmenter", self.model)
        for found in closer.looks(segmenter, edit.image, place):
            yield Answer(f"{self.title} on a closer look", found, fit(found, place, segmenter))
        for other in self.others:
            if other != self._first:
                yield _ask(other, edit, place)

    @property
    def _first(self) -> Any:
        return profiles.load().model("segmenter") if self.model is None else self.model

    @property
    def title(self) -> str:
        """What the first segmenter is called."""
        return profiles.title(self._first)


class Asking(Checked):
    """Base of stages that ask a segmenter, and others where it finds nothing.

    Attributes:
        model: The segmenter, by name, by spec, or the object itself. None for the profile's.
        fallback: The others, in the order in which they are asked. None for the profile's.
        tiles: As for `Propose`.
    """

    model: ModelSpec | Segmenter | None
    fallback: ModelSpec | Sequence[ModelSpec | Segmenter] | None
    tiles: Tiles

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.fallback is not None:  # a list, as it comes from a file, has no hash
            object.__setattr__(self, "fallback", profiles.several(self.fallback))

    @property
    def _asked(self) -> Asked:
        others = profiles.load().fallback if self.fallback is None else self.fallback
        return Asked(self.model, profiles.several(others))


def _ask(model: Any, edit: Edit, place: Place) -> Answer:
    name = profiles.title(model)
    try:
        segmenter = models.get("segmenter", model)
        found = segmenter.predict(models.encode(segmenter, edit.image), place)
    except ModelError as error:  # it is one of several, and the notice says that it is missing
        nothing = Candidates.of([], (edit.image.shape[0], edit.image.shape[1]))
        return Answer(f"{name} ({error.message})", nothing, 0.0)
    return Answer(name, found, fit(found, place, segmenter))


def _single(prompt: Place) -> list[Place]:
    """Return what a prompt asks for, one object at a time."""
    return [Boxes((box,)) for box in prompt.xyxy] if isinstance(prompt, Boxes) else [prompt]


def _together(parts: Sequence[Candidates]) -> Candidates:
    """Return candidates whose groups are numbered already as one, in the order of the groups."""
    groups = np.concatenate([part.groups for part in parts])
    joined = reduce(lambda one, other: one.beside(other), parts)
    return replace(joined, groups=groups).take(np.argsort(groups, kind="stable").tolist())


def _called(prompt: Place, number: int) -> str:
    """Return what one object of a prompt is called in a message."""
    match prompt:
        case Boxes(boxes):
            edges = ",".join(f"{edge:g}" for edge in boxes[number])
            return f"box {edges}" + (f" ({number + 1} of {len(boxes)})" if len(boxes) > 1 else "")
        case Points(((x, y),)):
            return f"the click at {x:g},{y:g}"
        case Points(clicks):
            return f"the {len(clicks)} clicks"
        case Scribble():
            return "the strokes"
    return "the rough mask"


def _listed(names: Sequence[str]) -> str:
    *others, last = dict.fromkeys(names) or [""]
    return f"{', '.join(others)} and {last}" if others else last
