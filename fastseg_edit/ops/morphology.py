"""Masks grown, shrunk and tidied.

Each function works inside the box of the mask only, so that the time depends on the object and
hardly on the photo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray


def bounding_box(mask: MaskArray) -> tuple[int, int, int, int] | None:
    """Return (left, top, right, bottom) of the True pixels, right and bottom outside, or None."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(mask[top:bottom].any(axis=0))
    return int(columns[0]), top, int(columns[-1]) + 1, bottom


def longer_side(mask: MaskArray) -> int:
    """Return the longer side of the mask's box in pixels, 0 for an empty mask."""
    box = bounding_box(mask)
    return max(box[2] - box[0], box[3] - box[1]) if box else 0


def neighbourhood(mask: MaskArray, margin: int) -> tuple[slice, slice]:
    """Return rows and columns of the mask's box, `margin` pixels wider as far as the photo goes."""
    left, top, right, bottom = bounding_box(mask) or (0, 0, 0, 0)
    return (
        slice(max(top - margin, 0), bottom + margin),
        slice(max(left - margin, 0), right + margin),
    )


def dilate(mask: MaskArray, radius: float) -> MaskArray:
    """Grow a mask by a disk.

    Thresholds the exact Euclidean distance to the mask [1, 2], so that the time does not depend
    on the radius and the corners come out round.

    Args:
        mask: (H, W) bool.
        radius: Pixels, at least 0. Fractions count: 1.5 takes in the diagonal neighbours.

    Returns:
        (H, W) bool. Holds every pixel of `mask`.

    Raises:
        ValueError: If `radius` is negative.

    References:
        [1] Cuisenaire, Macq. Fast Euclidean morphological operators using local distance
            transformation by propagation. IPA 1999. doi:10.1049/cp:19990446
        [2] Felzenszwalb, Huttenlocher. Distance transforms of sampled functions. Theory of
            Computing 2012. doi:10.4086/toc.2012.v008a019
    """
    _not_negative(radius)
    if radius == 0 or not mask.any():
        return mask
    grown = np.zeros_like(mask)
    part = neighbourhood(mask, int(radius) + 1)
    grown[part] = _distance(~mask[part]) <= radius
    return grown


def erode(mask: MaskArray, radius: float) -> MaskArray:
    """Shrink a mask by a disk. The border of the photo is no edge of the mask.

    Args:
        mask: (H, W) bool.
        radius: Pixels, at least 0.

    Returns:
        (H, W) bool. Holds no pixel that `mask` does not hold.

    Raises:
        ValueError: If `radius` is negative.
    """
    _not_negative(radius)
    if radius == 0 or not mask.any():
        return mask
    shrunk = np.zeros_like(mask)
    part = neighbourhood(mask, 1)
    shrunk[part] = _distance(mask[part]) > radius
    return shrunk


def depth(mask: MaskArray) -> NDArray[np.float32]:
    """Return for each pixel the distance in pixels to the nearest one outside the mask.

    (H, W) float32, 0 outside, at least 1 inside. The border of the photo is no edge.
    """
    deep = np.zeros(mask.shape, np.float32)
    part = neighbourhood(mask, 1)
    if mask.any():
        deep[part] = _distance(mask[part])
    return deep


def fill_holes(mask: MaskArray, side: float) -> MaskArray:
    """Take in the holes of a mask that are smaller than a square.

    A hole is a region outside the mask that is connected (4 neighbours) neither to the surroundings
    nor to the border of the photo.

    Args:
        mask: (H, W) bool.
        side: Side of the square in pixels.
    """
    if not mask.any():
        return mask
    filled = mask.copy()
    part = neighbourhood(mask, 1)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        (~mask[part]).astype(np.uint8), connectivity=4
    )
    border = np.r_[labels[0], labels[-1], labels[:, 0], labels[:, -1]]
    small = stats[:, cv2.CC_STAT_AREA] < side**2
    small[np.r_[0, border]] = False
    filled[part] |= small[labels] if count > 1 else False
    return filled


def drop_specks(mask: MaskArray, side: float) -> MaskArray:
    """Leave out the islands of a mask that are smaller than a square, but never the largest one.

    Args:
        mask: (H, W) bool.
        side: Side of the square in pixels. Islands are connected by 8 neighbours.
    """
    if not mask.any():
        return mask
    kept = np.zeros_like(mask)
    part = neighbourhood(mask, 0)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask[part].astype(np.uint8), connectivity=8
    )
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    large = areas >= min(side**2, areas.max())
    large[0] = False
    kept[part] = large[labels]
    return kept


def box_of(mask: MaskArray) -> MaskArray:
    """Return the mask's box, filled."""
    filled = np.zeros_like(mask)
    filled[neighbourhood(mask, 0)] = True
    return filled


def disk_of(mask: MaskArray, margin: float = 0) -> MaskArray:
    """Return the smallest disk that holds a mask, or a larger one, cut off by the photo's border.

    Args:
        mask: (H, W) bool, not empty.
        margin: Pixels by which the disk's radius is larger.

    References:
        Welzl. Smallest enclosing disks (balls and ellipsoids). 1991. doi:10.1007/BFb0038202
    """
    points: Any = np.argwhere(mask)[:, ::-1].astype(np.float32)
    (x, y), radius = cv2.minEnclosingCircle(points)
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
    inside: MaskArray = (columns - x) ** 2 + (rows - y) ** 2 <= (radius + margin) ** 2
    return inside


def hull(mask: MaskArray) -> MaskArray:
    """Return the convex hull of a mask, filled.

    References:
        Sklansky. Finding the convex hull of a simple polygon. Pattern Recognition Letters 1982.
        doi:10.1016/0167-8655(82)90016-2
    """
    if not mask.any():
        return mask
    filled = np.zeros_like(mask)
    part = neighbourhood(mask, 0)
    canvas = np.ascontiguousarray(mask[part].astype(np.uint8))
    outline = cv2.convexHull(cv2.findNonZero(canvas))
    filled[part] = cv2.fillConvexPoly(canvas, outline, 1).astype(bool)
    return filled | mask


def _distance(inside: MaskArray) -> NDArray[np.float32]:
    """Return the distance of each True pixel to the nearest False one."""
    if inside.all():
        return np.full(inside.shape, np.inf, np.float32)
    distance = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return distance.astype(np.float32, copy=False)


def _not_negative(radius: float) -> None:
    if not radius >= 0:
        raise ValueError(f"radius must be at least 0, got {radius}")
