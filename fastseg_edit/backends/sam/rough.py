"""A mask that is about right, made exact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit.backends.sam.questions import Questions, covered

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.backends.sam.found import Found
    from fastseg_edit.backends.sam.frame import Frame
    from fastseg_edit.backends.sam.square import Square
    from fastseg_edit.prompt import Rough


def refine(network: Square, features: Any, prompt: Rough, frame: Frame) -> list[Found]:
    """Return the masks that a rough one may mean, best first.

    The network is asked four times: with clicks deep in the rough mask, which a stray speck does
    not mislead; with its box; with the mask and its box; and with what it answered then. The best
    is the answer that it believes in and that is most like the rough mask: asked with what it
    cannot make sense of, it believes in other things.

    Args:
        network: The network.
        features: What it made of the photo.
        prompt: The rough mask.
        frame: How the photo lies in its square.

    Raises:
        PromptError: With E_MASK_EMPTY, if it selects no pixel.
    """

    def ask(asked: Questions) -> Found:
        return network.answer(features, asked, frame)[0][0]

    whole, inside = Questions.of(prompt, frame.size), Questions.inside(prompt.pixels)
    by_mask = ask(whole)
    asked = [inside, replace(whole, rough=None), replace(whole, rough=by_mask.logits)]
    answers = [by_mask, *(ask(each) for each in asked)]
    cells = covered(prompt.pixels, frame.reached) > 0.5
    return sorted(answers, key=lambda found: -found.belief * _overlap(found.logits > 0, cells))


def _overlap(one: MaskArray, other: MaskArray) -> float:
    """Return the intersection over union of two masks."""
    joined = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / joined) if joined else 0.0
