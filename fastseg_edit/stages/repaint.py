"""From a mask to a result."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from fastseg_edit import models, profiles
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import FastsegError, ModelError, NoObjectError, Notice, PromptError
from fastseg_edit.ops import plan
from fastseg_edit.ops.length import Length
from fastseg_edit.ops.tone import Match
from fastseg_edit.options import Checked, Range
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.prompt import Combined, Text
from fastseg_edit.protocols import Inpainter
from fastseg_edit.stages import painting
from fastseg_edit.stages.painting import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.prompt import Prompt


@dataclass(frozen=True)
class Inpaint(Checked):
    """Repaint the masked pixels.

    The model sees the mask and some of its surroundings, not the whole photo, so that a small
    object in a large photo is painted at full resolution. Islands far apart are painted one by
    one. What is larger than the model was made for is painted small, scaled up, and given its
    detail back in windows of the model's size, if the model can do that to a draft.

    Args:
        model: The inpainter, by name, by spec, or the object itself. None for the profile's.
        remover: The inpainter for an edit without a caption. None for `model`, if that is given,
            or else for the profile's.
        regenerator: The inpainter for an edit with a layout. None as for `remover`.
        context: Surroundings that the model sees on every side, in pixels or relative to the
            longer side of what is painted. None for what the model asks for.
        seed: Seed of everything random, for edits without one of their own. The same seed gives
            the same result.
        max_coverage: Largest share of the photo that may be repainted. A mask that covers more is
            mostly a mistake, such as one with black and white swapped.
        tone: How what the model paints is brought to the tone of the photo, by the surroundings of
            the hole, which it paints as well: "membrane", "gain" or "none"; see `ops.tone`.
        detail: How much of a draft may change to give it detail; 0 to leave it as it was scaled
            up. None for what the model asks for.
        outward: True to paint what frames the photo one side after the other. Without a caption
            only: what words ask for is painted once, and not at every side.
    """

    needs: ClassVar = ("image", "mask")
    gives: ClassVar = ("result",)
    roles: ClassVar = {
        "inpainter": "model",
        "remover": "remover",
        "regenerator": "regenerator",
    }

    model: ModelSpec | Inpainter | None = None
    remover: ModelSpec | Inpainter | None = None
    regenerator: ModelSpec | Inpainter | None = None
    context: Length | None = None
    seed: Annotated[int, Range(0, 2**63 - 1)] = 0
    max_coverage: Annotated[float, Range(0, 1)] = 0.9
    tone: Match = "membrane"
    detail: Annotated[float, Range(0, 1)] | None = None
    outward: bool = False

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            NoObjectError: With E_NO_OBJECT, if the mask selects nothing.
            PromptError: With E_MASK_COVERAGE, if it selects too much.
            ModelError: If the model is missing, or returns something else than a picture, or
                cannot keep to the layout of the edit.
        """
        (painted,) = self.many([edit])
        if isinstance(painted, FastsegError):
            raise painted
        return painted

    def many(self, edits: Sequence[Edit], /) -> list[Edit | FastsegError]:
        """Run on each edit, with windows of one size painted together. Errors as of a call."""
        groups = defaultdict(list)
        done: dict[int, Edit | FastsegError] = {}
        for number, edit in enumerate(edits):
            try:
                self._check(required(edit.mask, "mask"))
                inpainter = self._inpainter(edit)
                task = self._task(edit, inpainter)
                groups[id(inpainter)].append((number, inpainter, task))
            except FastsegError as error:
                done[number] = error
        for group in groups.values():
            numbers, inpainters, tasks = zip(*group, strict=True)
            done |= zip(numbers, _painted(inpainters[0], tasks), strict=True)
        return [done[number] for number in range(len(edits))]

    def painter(self, caption: str, *, laid_out: bool = False) -> ModelSpec | Inpainter | None:
        """Return the model that paints a caption, or that goes on without one, as it is named.

        Args:
            caption: What to paint.
            laid_out: True for the model that keeps to a layout.
        """
        if laid_out:
            return self.regenerator or self.model
        return self.model if caption.strip() else self.remover or self.model

    def _inpainter(self, edit: Edit) -> Inpainter:
        laid_out = edit.layout is not None
        named = self.painter(edit.caption, laid_out=laid_out)
        spec = profiles.load().painter(edit.caption, laid_out=laid_out) if named is None else named
        inpainter: Inpainter = models.get("inpainter", spec)
        if laid_out and not getattr(inpainter, "follows", False):
            message = f"{profiles.title(spec)} does not keep to a layout"
            hint = "Name a diffusion model with a ControlNet: --model-option controlnet=WEIGHTS."
            raise ModelError("E_MODEL_MISSING", message, hint)
        return inpainter

    def _task(self, edit: Edit, inpainter: Inpainter) -> Task:
        context = inpainter.context if self.context is None else self.context
        geometry = plan.Geometry(context, inpainter.native, inpainter.multiple)
        detail = getattr(inpainter, "detail", None) if self.detail is None else self.detail
        seed = self.seed if edit.seed is None else edit.seed
        outward = self.outward and not edit.caption.strip()
        return Task(edit, geometry, seed, _removed(edit), self.tone, detail, outward)

    def _check(self, mask: MaskArray) -> None:
        coverage = np.count_nonzero(mask) / mask.size
        if not coverage:
            raise NoObjectError("E_NO_OBJECT", "the mask selects no pixel")
        if coverage > self.max_coverage:
            raise PromptError(
                "E_MASK_COVERAGE",
                f"the mask covers {coverage:.1%} of the photo, more than {self.max_coverage:.0%}",
                "Check that white marks what is to go, or raise --max-coverage.",
            )


def _painted(inpainter: Inpainter, tasks: Sequence[Task]) -> Iterator[Edit | FastsegError]:
    """Yield the edit of each task with its result, and with what the model has to say."""
    painted = painting.paint(inpainter, tasks)
    remarks = tuple(Notice("W_MODEL", text) for text in getattr(inpainter, "remarks", ()))
    for task, (result, notices) in zip(tasks, painted, strict=True):
        if isinstance(result, FastsegError):
            yield result
        else:
            said = dict.fromkeys((*task.edit.notices, *remarks, *notices))
            yield task.edit.evolve(result=result, notices=tuple(said))


def _removed(edit: Edit) -> str:
    """Return the words that name what goes and is not to come back, or ""."""
    return "" if edit.caption.strip() else ", ".join(_words(edit.prompt))


def _words(prompt: Prompt | None) -> Iterator[str]:
    """Yield the words of a prompt for what is selected, not for what is taken away from it."""
    match prompt:
        case Text(words):
            yield words
        case Combined(left=left, right=right, operation=operation):
            yield from _words(left)
            if operation != "subtract":
                yield from _words(right)
