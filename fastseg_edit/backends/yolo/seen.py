"""What a network saw in a photo, and the objects in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from fastseg_edit.backends.yolo import masks
from fastseg_edit.backends.yolo.library import non_max_suppression
from fastseg_edit.candidates import Candidates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from fastseg_edit.backends.yolo.frame import Frame


@dataclass(frozen=True, slots=True)
class Limits:
    """Which proposals are objects.

    Attributes:
        confidence: Score that they exceed.
        overlap: Intersection over union of two boxes from which the better one stands for both.
        most: How many to keep, the best first.
    """

    confidence: float
    overlap: float
    most: int


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a network saw in a photo, before anything is chosen.

    Attributes:
        frame: How the photo lies in the network's picture.
        names: What each of the C classes is called.
        proposals: If each object may be proposed often, (4 + C + M, N): middle and size of the box
            in the picture, score of each class, M weights of the prototypes. If each is proposed
            once, (N, 6 + M): corners of the box, best score, number of its class, weights.
        once: Whether each object is proposed once: then overlaps are not looked at.
        prototypes: (M, h, w), from which all masks are mixed.
        described: (D, h, w) what is where, as `features.describe` gives it.
    """

    frame: Frame
    names: tuple[str, ...]
    proposals: Tensor
    once: bool
    prototypes: Tensor
    described: Tensor

    @property
    def is_whole(self) -> bool:
        """False if there is anything that is not a number."""
        return all(bool(part.isfinite().all()) for part in (self.proposals, self.prototypes))

    @property
    def count(self) -> int:
        """How many proposals there are."""
        return int(self.proposals.shape[0 if self.once else 1])

    def best(self, classes: Sequence[int]) -> float:
        """Return the best score of any proposal of some classes, 0 to 1."""
        if not self.once:
            return float(self.proposals[4:][list(classes)].max())
        scores, numbers = self.proposals[:, 4], self.proposals[:, 5]
        of_them = torch.isin(numbers.int(), torch.tensor(classes, device=numbers.device))
        return float(scores[of_them].max()) if of_them.any() else 0.0

    def candidates(self, limits: Limits, classes: Sequence[int] | None = None) -> Candidates:
        """Return the objects, best first, each a group of its own.

        Args:
            limits: Which proposals are objects.
            classes: Numbers of the classes that are wanted; two objects of different classes may
                overlap. None for objects of any kind, whose classes are looked at only to name
                them.
        """
        (rows,) = non_max_suppression(
            self.proposals[None],
            limits.confidence,
            limits.overlap,
            classes=None if classes is None else list(classes),
            agnostic=classes is None,
            max_det=limits.most,
            nc=len(self.names),
            end2end=self.once,
        )
        listed = rows.float().cpu().numpy()
        cutouts = masks.cut(listed[:, :4], listed[:, 6:], self.prototypes.cpu().numpy(), self.frame)
        kept = [number for number, cutout in enumerate(cutouts) if cutout.area]
        named = [self.names[int(number)] for number in listed[kept, 5]]
        return Candidates(
            self.frame.size,
            tuple(cutouts[number] for number in kept),
            listed[kept, 4],
            np.arange(len(kept)),
            tuple(named) if len(self.names) > 1 else (),
            masks.grid(self.prototypes.shape[-1], self.frame).cell,
        )
