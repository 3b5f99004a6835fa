"""What a network saw in a photo, and the objects in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from fastseg_edit.backends.yolo import masks
from fastseg_edit.backends.yolo.library import non_max_suppression
from fastseg_edit.candidates import Candidates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
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
        neck: (D, h, w) features from which the proposals were made.
    """

    frame: Frame
    names: tuple[str, ...]
    proposals: Tensor
    once: bool
    prototypes: Tensor
    neck: Tensor

    @property
    def is_whole(self) -> bool:
        """False if there is anything that is not a number."""
        return all(bool(part.isfinite().all()) for part in (self.proposals, self.prototypes))

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

    def features(self) -> NDArray[np.float32]:
        """Return what the network saw on each cell of the photo, (h, w, D), of length 1.

        The border that only the network saw is left out.
        """
        frame = self.frame
        stride = frame.whole[1] / self.neck.shape[-1]
        cells = [max(1, round(side / stride)) for side in frame.within]
        share = [part / whole for part, whole in zip(frame.within, frame.whole, strict=True)]
        shift = [
            (2 * corner + part) / whole - 1
            for corner, part, whole in zip(
                reversed(frame.corner), frame.within, frame.whole, strict=True
            )
        ]
        place = self.neck.new_tensor([[share[1], 0, shift[1]], [0, share[0], shift[0]]])
        lattice = functional.affine_grid(place[None], [1, 1, *cells], align_corners=False)
        onto = functional.grid_sample(
            self.neck[None], lattice, padding_mode="border", align_corners=False
        )
        found: NDArray[np.float32] = functional.normalize(onto[0], dim=0).permute(1, 2, 0).cpu().numpy()
        return found
