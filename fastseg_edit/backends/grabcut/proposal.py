"""A mask found in one view, how good it looks, and its way to the photo's own size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.backends.grabcut.view import Frame, resize
from fastseg_edit.cutouts import Cutout
from fastseg_edit.ops.edges import snap
from fastseg_edit.ops.morphology import bounding_box

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.backends.grabcut.clues import Clues
    from fastseg_edit.prompt import Box

_COMPARED = 10_000  # pixels at which two masks are compared
_SOFTNESS = 0.6  # cells of the view: blur that takes the stairs off before enlarging
_REACH = 1.5  # cells of the view (pixels, if larger) by which the outline may move to an edge


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A mask of one view.

    Attributes:
        frame: Where the view lies.
        mask: (h, w) bool, of the view.
        score: Higher is better.
    """

    frame: Frame
    mask: MaskArray
    score: float = 0.0

    @property
    def box(self) -> Box:
        """Box of the mask in pixels of the photo."""
        return self.frame.out_of(bounding_box(self.mask) or (0, 0, 1, 1))

    def rated(self, score: float) -> Proposal:
        """Return the same mask with another score."""
        return replace(self, score=score)

    def seen_in(self, frame: Frame) -> MaskArray:
        """Return the mask as another view shows it, (h, w) bool."""
        (x, y), (wide, high) = self.frame.zoom, frame.zoom
        left, top, *_ = self.frame.into((*frame.box[:2], 0, 0))
        turn = np.array([[x / wide, 0, left], [0, y / high, top]])
        turn[:, 2] += (turn[:, :2].sum(axis=1) - 1) / 2
        seen = cv2.warpAffine(
            self.mask.astype(np.uint8) * 255,
            turn,
            frame.size[::-1],
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        )
        return np.asarray(seen > 127)

    def likeness(self, other: Proposal) -> float:
        """Return the intersection over union with a mask of another view."""
        low, high = np.minimum(self.box, other.box), np.maximum(self.box, other.box)
        box = float(low[0]), float(low[1]), float(high[2]), float(high[3])
        both = Frame.around(box, (ceil(box[3]), ceil(box[2])), _COMPARED)
        mine, theirs = self.seen_in(both), other.seen_in(both)
        return overlap(mine, theirs)

    def lift(self, image: ImageArray, clues: Clues) -> Cutout:
        """Bring the mask to the size of the photo, and its outline to the photo's edges."""
        left, top, right, bottom = self.frame.box
        soft = cv2.GaussianBlur(self.mask.astype(np.uint8) * 255, (0, 0), _SOFTNESS)
        large = resize(np.asarray(soft, np.uint8), (bottom - top, right - left))
        rough = large > min(127, int(large.max()) // 2)  # lower for a mask thinner than a pixel
        reach = _REACH * max(1.0, 1 / min(self.frame.zoom))
        snapped = snap(image[top:bottom, left:right], rough, reach)
        kept = clues.obeyed(snapped if snapped.any() else rough, self.frame)
        return Cutout.of(kept, at=(left, top))


def overlap(one: MaskArray, other: MaskArray) -> float:
    """Return the intersection over union of two masks of one size."""
    return int(np.count_nonzero(one & other)) / max(int(np.count_nonzero(one | other)), 1)


def box_overlap(one: Box, other: Box) -> float:
    """Return the intersection over union of two boxes."""
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    shared = float(np.prod(np.maximum(high - low, 0)))
    areas = sum(float(np.prod(np.subtract(box[2:], box[:2]))) for box in (one, other))
    return shared / (areas - shared)
