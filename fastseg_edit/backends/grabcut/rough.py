"""From a mask that is about right to masks that are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.backends.grabcut.proposal import Proposal, overlap
from fastseg_edit.backends.grabcut.score import score
from fastseg_edit.backends.grabcut.separate import FINE, Scene, distance_to
from fastseg_edit.backends.grabcut.view import Frame, resize
from fastseg_edit.ops.morphology import bounding_box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.backends.grabcut.view import Photo

_MARGIN = 0.35  # of the object's longer side that is looked at on each side of it
_RINGS = (0.06, 0.12)  # of that side, by which the outline may be off
_NARROWEST = 2.0  # pixels of the view of such a ring
_SURE = 4.0  # log odds inside the ring, and against it outside
_FARTHEST = 2.0  # rings outside the outline beyond which the object cannot be
_NEVER = -100.0
_KEPT = 2.0  # weight of the likeness to the rough mask in the rating


def from_mask(photo: Photo, rough: MaskArray, pixels: int) -> list[Proposal]:
    """Propose masks near a rough one, best first.

    Inside it the object is probable, and far outside impossible. In a ring along the outline the
    colours decide. How wide that has to be is not known, so two are tried.

    Args:
        photo: The photo.
        rough: (H, W) bool, some True.
        pixels: About how many pixels the view has.
    """
    left, top, right, bottom = bounding_box(rough) or (0, 0, 1, 1)
    margin = _MARGIN * max(right - left, bottom - top) + 2
    wide = (left - margin, top - margin, right + margin, bottom + margin)
    frame = Frame.around(wide, photo.size, pixels)
    view, seen = photo.look(frame), _seen(rough, frame)
    nothing = np.zeros(frame.size, bool)
    scene = Scene.of(view, (nothing, nothing), FINE)
    side = max(right - left, bottom - top) * min(frame.zoom)
    found = []
    for ring in _RINGS:
        place = _place(seen, max(_NARROWEST, ring * side))
        mask = scene.separate(place, rounds=6, cuts=2)
        looks = score(view, mask, nothing, frame.share(mask, photo.size))
        found.append(Proposal(frame, mask, looks + _KEPT * overlap(mask, seen)))
    return sorted(found, key=lambda one: -one.score)


def _seen(rough: MaskArray, frame: Frame) -> MaskArray:
    """Return a mask of the photo as a view shows it; what is thinner than its pixels stays."""
    left, top, right, bottom = frame.box
    part = resize(rough[top:bottom, left:right].astype(np.uint8) * 255, frame.size)
    half = part > 127
    return half if half.any() else part > 0


def _place(seen: MaskArray, ring: float) -> NDArray[np.float32]:
    """Return log odds that rise from the outside of a ring along the outline to its inside."""
    depth = np.minimum(distance_to(~seen), ring) - distance_to(seen)
    odds = np.clip(depth / ring, -1, 1) * _SURE
    odds[depth < -_FARTHEST * ring] = _NEVER
    return np.asarray(odds, np.float32)
