"""From a mask to polygons through its outermost pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fastseg_edit.cutouts import Cutout

TOLERANCE = 0.75
"""Pixels by which an outline may stray from the mask's own, which is all steps."""

_STRAY = 0.05  # share of the mask that all of the straying may add up to, for small masks
_LOOKED_AT = 512  # vertices of a ring among which the nearest to another ring is sought


class Outline(NamedTuple):
    """One connected part of a mask.

    Attributes:
        ring: (n, 2) float64, x and y of the vertices round the part. The last is not the first.
        holes: The same for each of its holes.
    """

    ring: NDArray[np.float64]
    holes: tuple[NDArray[np.float64], ...] = ()


def outlines(cutout: Cutout, tolerance: float = TOLERANCE) -> list[Outline]:
    """Return the outlines of a mask, in pixels of the photo, the longest first.

    They are traced [1] through the centres of the outermost pixels and then simplified [2]. That
    is how YOLO's and LabelMe's own readers understand polygons: they fill one and draw its line as
    well, so that with a tolerance of 0 they come back to exactly the mask. The centre of the
    photo's first pixel is (0.5, 0.5), which those that round off read as that pixel.

    Args:
        cutout: The mask.
        tolerance: Pixels by which a vertex that is left out may lie off the line. Less is taken
            for masks so small or so thin that it could cost more than 5 % of their area.

    References:
        [1] Suzuki, Abe. Topological structural analysis of digitized binary images by border
            following. CVGIP 1985. doi:10.1016/0734-189X(85)90016-7
        [2] Douglas, Peucker. Algorithms for the reduction of the number of points required to
            represent a digitized line or its caricature. Cartographica 1973.
            doi:10.3138/FM57-6770-U75U-7727
    """
    exact = cutout.settled()
    if not exact.area:
        return []
    mask = exact.crop().astype(np.uint8)
    rings, families = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    length = sum(cv2.arcLength(ring, closed=True) for ring in rings)
    allowed = min(tolerance, _STRAY * exact.area / max(length, 1))
    placed = [_simple(ring, allowed) + exact.box[:2] + 0.5 for ring in rings]
    parents = families[0, :, 3]
    parts = [
        Outline(placed[number], tuple(placed[hole] for hole in np.flatnonzero(parents == number)))
        for number in np.flatnonzero(parents < 0)
    ]
    return sorted(parts, key=lambda part: -_length(part.ring))


def threaded(rings: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return several rings as one, for formats that allow no more.

    From ring to ring leads a line without width, there and back, so that inside and outside stay
    what they were.

    Args:
        rings: At least one, each (n, 2).
    """
    whole, *others = rings
    for ring in others:
        leave, enter = _nearest(whole, ring)
        tour = np.concatenate([ring[enter:], ring[: enter + 1]])
        whole = np.concatenate([whole[: leave + 1], tour, whole[leave:]])
    return whole


def _simple(ring: Any, tolerance: float) -> NDArray[np.float64]:
    """Return a ring with fewer vertices, but at least the three that make a polygon."""
    fewer = cv2.approxPolyDP(ring, tolerance, closed=True) if tolerance else ring
    kept = (fewer if len(fewer) > 2 else ring)[:, 0].astype(np.float64)
    return np.resize(kept, (max(len(kept), 3), 2))


def _length(ring: NDArray[np.float64]) -> float:
    return cv2.arcLength(ring.astype(np.float32), closed=True)


def _nearest(one: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[int, int]:
    """Return a vertex of each of two rings that are near to one another, if not the nearest."""
    first, second = (
        np.linspace(0, len(ring) - 1, min(len(ring), _LOOKED_AT)).astype(np.intp)
        for ring in (one, other)
    )
    away = ((one[first, None] - other[None, second]) ** 2).sum(axis=2)
    near, far = np.unravel_index(int(away.argmin()), away.shape)
    return int(first[near]), int(second[far])
