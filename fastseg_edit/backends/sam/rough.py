"""A mask that is about right, made exact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from fastseg_edit.backends.sam.questions import Questions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.backends.sam.found import Found
    from fastseg_edit.backends.sam.frame import Frame
    from fastseg_edit.backends.sam.square import Square
    from fastseg_edit.prompt import Rough


def refine(network: Square, features: Any, prompt: Rough, frame: Frame) -> list[Found]:
    """Return the masks that a rough one may mean, best first.

    The network is asked three times: with the rough mask's box, with the mask and its box, and
    with what it answered then. The best is the answer that it believes in and that is most like
    the rough mask: asked with a mask that it cannot make sense of, it believes in other things.

    Args:
        network: The network.
        features: What it made of the photo.
        prompt: The rough mask.
        frame: How the photo lies in its square.

    Raises:
        PromptError: With E_MASK_EMPTY, if it selects no pixel.
    """
    asked = Questions.of(prompt, frame.size)

    def ask(hint: NDArray[np.float32] | None) -> Found:
        return network.answer(features, replace(asked, rough=hint), frame)[0][0]

    by_box, by_mask = ask(None), ask(asked.rough)
    answers = [by_box, by_mask, ask(by_mask.logits)]
    return sorted(answers, key=lambda found: -found.belief * _overlap(found, prompt))


def _overlap(found: Found, prompt: Rough) -> float:
    """Return the intersection over union of an answer and the rough mask, cell by cell."""
    rows, columns = found.logits.shape
    covered = cv2.resize(
        prompt.pixels.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA
    )
    one, other = found.logits > 0, covered > 0.5
    joined = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / joined) if joined else 0.0
