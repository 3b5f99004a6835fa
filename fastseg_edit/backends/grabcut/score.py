"""How much a mask looks like one whole object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.backends.grabcut.separate import distance_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

_STRONG = 93  # percentile of the gradients in a view that counts as a full edge
_RING = 0.03  # of the view's longer side: width of the surroundings that are compared
_BINS = 8, 22, 22  # steps of L, a and b
_EDGE, _COMPACT, _CENTRAL, _SIZE = 0.3, 0.35, 0.15, 0.004  # weights against that of the contrast


def score(view: ImageArray, mask: MaskArray, on: MaskArray, share: float) -> float:
    """Rate a mask by its contrast, its outline, its shape and where the marks lie in it.

    The figures were weighted by hand on photos with true masks; of many that were tried, the
    contrast tells most.

    Args:
        view: (h, w, 3) uint8 RGB.
        mask: (h, w) bool.
        on: (h, w) bool. Marks on the object. People click on its middle.
        share: Area of the mask as a share of the photo.

    Returns:
        About 0 to 2, higher is better. -1 for an empty mask.
    """
    if not mask.any():
        return -1.0
    lab = np.asarray(cv2.cvtColor(view, cv2.COLOR_RGB2LAB), np.uint8)
    beyond = distance_to(mask)
    rim = (beyond > 0) & (beyond < 1.2)
    ring = (beyond > 0) & (beyond <= max(3.0, _RING * max(mask.shape)))
    edges = _edges(lab)
    edge = float(edges[rim].mean()) if rim.any() else 0.0
    depth = distance_to(~np.pad(mask, 1))[1:-1, 1:-1]
    central = float(depth[on].max() / depth.max()) if on.any() else 0.0
    return (
        _contrast(lab, mask, ring)
        + _EDGE * edge
        + _COMPACT * _compactness(mask, rim)
        + _CENTRAL * central
        - _SIZE * float(np.log(share)) ** 2
    )


def _edges(lab: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the strength of edges, 1 on a strong one."""
    soft = cv2.GaussianBlur(lab, (0, 0), 1.0).astype(np.float32)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    strength = np.sqrt((across**2 + down**2).sum(axis=2))
    strength = cv2.dilate(strength, np.ones((3, 3), np.uint8))
    strong = max(float(np.percentile(strength, _STRONG)), 1.0)
    return np.asarray(np.minimum(strength / strong, 1), np.float32)


def _contrast(lab: NDArray[np.uint8], mask: MaskArray, ring: MaskArray) -> float:
    """Return 1 minus the overlap of the colour histograms inside and round the mask."""
    if not ring.any():
        return 0.0
    light, green, blue = np.moveaxis(lab.astype(np.int32) // (32, 12, 12), -1, 0)
    bins = (light * _BINS[1] + green) * _BINS[2] + blue
    inside, outside = (
        np.bincount(bins[part], minlength=int(np.prod(_BINS))) / np.count_nonzero(part)
        for part in (mask, ring)
    )
    return float(1 - np.minimum(inside, outside).sum())


def _compactness(mask: MaskArray, rim: MaskArray) -> float:
    """Return 1 for a disk, and less the longer the outline is."""
    sides = (mask[0], mask[-1], mask[:, 0], mask[:, -1])
    length = np.count_nonzero(rim) + sum(int(np.count_nonzero(side)) for side in sides)
    return min(1.0, 4 * np.pi * int(np.count_nonzero(mask)) / max(int(length), 1) ** 2)
