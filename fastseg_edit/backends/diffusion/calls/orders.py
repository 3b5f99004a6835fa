"""What is asked of the networks for one hole, once all that was left unsaid is settled."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fastseg_edit import running
from fastseg_edit.backends.diffusion.calls import captions
from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Hashable

    from fastseg_edit.backends.diffusion.loading.pipeline import Painter
    from fastseg_edit.protocols import Hole


@dataclass(frozen=True)
class Wishes:
    """What was asked for, for every hole. None for what suits the weights.

    Attributes:
        steps: Denoising steps.
        guidance: Weight of the caption.
        strength: How much noise to start from.
        negative: What should not be painted.
        avoid_removed: True to lead away from the words for what is removed, too.
        background: Caption of a hole that has none.
    """

    steps: int | None = None
    guidance: float | None = None
    strength: float | None = None
    negative: str = ""
    avoid_removed: bool = False
    background: str = ""


@dataclass(frozen=True, eq=False)
class Order:
    """What is asked of the networks for one hole.

    Attributes:
        hole: What is to be painted.
        caption: What of its caption the model reads.
        negative: The caption to lead away from; None if diffusers is to be told of none.
        steps: Denoising steps, of which strength leaves some out.
        strength: How much noise to start from. None if the family always starts from noise alone.
        guidance: Weight of the caption.
    """

    hole: Hole
    caption: str
    negative: str | None
    steps: int
    strength: float | None
    guidance: float

    @classmethod
    def of(cls, hole: Hole, painter: Painter, wishes: Wishes) -> Order:
        """Settle what is asked for one hole, and remark about it what cannot be done.

        Raises:
            SpecError: With E_SPEC, if the family cannot do it, if strength leaves no step, if
                guidance is too small for a negative caption, or if a caption cannot be read.
        """
        if hole.avoid is not None:
            running.remark("W_MODEL", "a diffusion model does not heed what to avoid", about=hole)
        words = hole.caption if hole.caption.strip() else wishes.background
        asked = replace(hole, caption=words)
        caption = captions.readable(painter, words, hole)
        negative, guidance = _leading(asked, painter, wishes)
        if negative:
            negative = captions.readable(painter, negative, hole)
        steps, strength = _noise(asked, painter, wishes)
        return cls(hole, caption, negative, steps, strength, guidance)

    @property
    def kind(self) -> Hashable:
        """Orders of one kind can share a call."""
        asked = self.steps, self.strength, self.guidance, self.negative is None
        return *asked, self.hole.mask.shape, self.hole.strength is None, self.hole.layout is None

    def arguments(self, weighs: str) -> dict[str, Any]:
        """Return what all orders of the kind have alike, as arguments of a pipeline.

        Args:
            weighs: What guidance goes in as.
        """
        strength = {} if self.strength is None else {"strength": self.strength}
        return {"num_inference_steps": self.steps, weighs: self.guidance, **strength}


def _noise(hole: Hole, painter: Painter, wishes: Wishes) -> tuple[int, float | None]:
    """Return how many steps there are, and how much noise is started from."""
    plain = None if hole.caption.strip() else painter.plain_steps
    steps = wishes.steps or plain or painter.steps
    usual = painter.family.strength
    if usual is None:
        if hole.strength is not None:
            name = painter.family.name
            message = f"the models of {name} start from noise alone, and cannot detail a draft"
            raise SpecError("E_SPEC", message, "Set detail to 0.")
        return steps, None
    if hole.strength is not None:
        steps = max(steps, math.ceil(1 / hole.strength))
        # 49 times a 49th is a little less than 1.
        return steps + (int(steps * hole.strength) < 1), hole.strength
    strength = wishes.strength or (usual if int(steps * usual) else 1.0)
    if int(steps * strength) < 1:
        message = f"strength {strength} of {steps} steps leaves no step to paint in"
        raise SpecError("E_SPEC", message, "Raise the strength, or the number of steps.")
    return steps, strength


def _leading(hole: Hole, painter: Painter, wishes: Wishes) -> tuple[str | None, float]:
    """Return the caption to lead away from, and how strongly captions count."""
    family, least = painter.family, painter.family.unguided
    guidance = painter.guidance if wishes.guidance is None else wishes.guidance
    against = hole.against if wishes.avoid_removed else ""
    avoided = ", ".join(filter(None, (wishes.negative, against)))
    if avoided and guidance <= least:
        message = f"a negative caption needs guidance above {least:g}, got {guidance:g}"
        raise SpecError("E_SPEC", message, "Raise it, or leave the negative caption out.")
    if family.compares and not hole.caption.strip() and not avoided:
        guidance = least  # it would compare with the same: twice the work for no difference
    if avoided:
        return avoided, guidance
    return family.blank if guidance > least else None, guidance
