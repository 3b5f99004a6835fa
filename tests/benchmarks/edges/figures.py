"""How well a mask and its outline agree with the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray


def overlap(one: MaskArray, other: MaskArray) -> float:
    """Return the intersection over union of two masks."""
    return float(np.count_nonzero(one & other) / max(np.count_nonzero(one | other), 1))


def boundary(found: MaskArray, true: MaskArray, within: float) -> float:
    """Return the F-score of an outline.

    The outline of a mask are its pixels with a neighbour outside. The border of the photo is
    none. An outline's pixel is right if the other outline is not farther than `within`.

    Args:
        found: (H, W) bool.
        true: (H, W) bool.
        within: Pixels.

    References:
        Martin, Fowlkes, Malik. Learning to detect natural image boundaries using local
        brightness, color, and texture cues. TPAMI 2004. doi:10.1109/TPAMI.2004.1273918
    """
    mine, theirs = _outline(found), _outline(true)
    if not (mine.any() and theirs.any()):
        return float(mine.any() == theirs.any())
    precision = np.mean(_away(theirs)[mine] <= within)
    recall = np.mean(_away(mine)[theirs] <= within)
    return float(2 * precision * recall / max(precision + recall, 1e-9))


def _outline(mask: MaskArray) -> MaskArray:
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    inner = cv2.erode(padded, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    return mask & (inner == 0)


def _away(outline: MaskArray) -> np.ndarray:
    return cv2.distanceTransform((~outline).astype(np.uint8), cv2.DIST_L2, 5)
