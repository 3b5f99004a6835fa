"""Every object of a photo: a grid of clicks, and of the answers the good ones, each once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastseg_edit.backends.sam.found import distinct, stability
from fastseg_edit.backends.sam.questions import Questions

if TYPE_CHECKING:
    from fastseg_edit.backends.sam.found import Found
    from fastseg_edit.backends.sam.frame import Frame
    from fastseg_edit.backends.sam.square import Square

_BATCH = 32  # clicks at a time: their answers take 25 MB until the good ones are chosen
_MOST = 100  # objects
_BELIEF = 0.8  # expected overlap with a true mask
_STABLE = 0.9  # overlap of the masks that two cuts give
_SAME = 0.7  # overlap from which two masks show one object


def find(network: Square, features: Any, frame: Frame, side: int) -> list[Found]:
    """Return the objects of a photo, best first.

    Args:
        network: The network.
        features: What it made of the photo.
        frame: How the photo lies in its square.
        side: Clicks along each side of the photo.

    References:
        Kirillov et al. Segment anything. ICCV 2023. arXiv:2304.02643, appendix B. Here masks
        are compared by their own overlap and not by that of their boxes.
    """
    asked = Questions.everywhere(frame.size, side)
    good: list[Found] = []
    for first in range(0, len(asked), _BATCH):
        answers = network.answer(features, asked.part(first, _BATCH), frame)
        good += [
            replace(found, logits=found.logits.copy())  # the batch itself is let go
            for each in answers
            for found in each
            if found.belief >= _BELIEF and stability(found.logits) >= _STABLE
        ]
        good = distinct(good, _SAME)  # at once, so that no more is kept than needed
    return good[:_MOST]
