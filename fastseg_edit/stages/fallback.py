"""Who answers a prompt that the segmenter finds nothing at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import models, profiles
from fastseg_edit.errors import ModelError, NoObjectError
from fastseg_edit.prompt import Boxes, Points, Scribble
from fastseg_edit.stages import closer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastseg_edit.candidates import Candidates
    from fastseg_edit.edit import Edit
    from fastseg_edit.prompt import Place

HINT = "Move the click or the box, add a second click, or give a mask."
"""What to do where nothing is found."""


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

        Each box is answered by itself. Where the first segmenter finds nothing it is asked again
        about a part of the photo, and then the others are asked about the photo.

        Raises:
            NoObjectError: With E_NO_OBJECT and all that was tried, if nobody finds anything.
        """
        segmenter = models.get("segmenter", self.model)
        found = segmenter.predict(models.encode(segmenter, edit.image), prompt)
        asked = _single(prompt)
        answered = [n for n in range(len(found)) if found.cutouts[n].area]
        groups = set(found.groups[answered].tolist())
        answers = [found.take(answered)]
        for number in sorted(set(range(len(asked))) - groups):
            edit, another = self._again(edit, asked[number], _called(prompt, number))
            if another is not None:
                alike = np.full(len(another), number, np.intp)
                answers.append(replace(another, groups=alike))
        together = _together(answers)
        if not len(together):
            told = "; ".join(notice.text for notice in edit.notices[-len(asked) :])
            raise NoObjectError("E_NO_OBJECT", told, HINT)
        return edit.evolve(candidates=together)

    def _again(self, edit: Edit, prompt: Place, called: str) -> tuple[Edit, Candidates | None]:
        """Ask until somebody answers, and note who did."""
        tried = [profiles.title(self._first)]
        for name, ask in self._roads(edit, prompt):
            try:
                found = ask()
            except ModelError as error:
                tried.append(f"{name} ({error.message})")
                continue
            if found is not None and found.areas.any():
                text = f"{_listed(tried)} found nothing for {called}; {name} did"
                return edit.noted("W_FALLBACK", text), found
            tried.append(name)
        return edit.noted("W_NO_OBJECT", f"{_listed(tried)} found nothing for {called}"), None

    def _roads(
        self, edit: Edit, prompt: Place
    ) -> Iterator[tuple[str, Callable[[], Candidates | None]]]:
        """Yield who else can be asked: a name, and the asking."""
        first = models.get("segmenter", self.model)
        yield (
            f"{profiles.title(self._first)} on a closer look",
            partial(closer.look, first, edit.image, prompt),
        )
        for other in self.others:
            if other != self._first:
                yield profiles.title(other), partial(_ask, other, edit, prompt)

    @property
    def _first(self) -> Any:
        return profiles.load().model("segmenter") if self.model is None else self.model


def _ask(model: Any, edit: Edit, prompt: Place) -> Candidates:
    segmenter = models.get("segmenter", model)
    found: Candidates = segmenter.predict(models.encode(segmenter, edit.image), prompt)
    return found


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
    return " and ".join([", ".join(names[:-1])] * (len(names) > 1) + [names[-1]])
