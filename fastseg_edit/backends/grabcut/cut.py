"""The graph cut itself, and what is left to tidy after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

LIMIT = 4.0  # log odds that a pixel can have for or against the object
_TRUST = 2.0  # weight of the odds against the smoothness of the outline
_LEVELS = 48  # grey levels in which the odds are written
_WIDE = 1e7  # variance that makes a colour plane say nothing
_ROUNDS = 4  # of learning colours and cutting
_FEWEST = 16  # pixels from which colours can be learned
_ISLAND = 0.15  # of the largest one; smaller islands are dropped
_HOLE = 0.02  # of the mask; smaller holes are filled


def planes(view: ImageArray) -> NDArray[np.uint8]:
    """Reduce the colours of a view to the two directions in which they differ most.

    Returns:
        (h, w, 2) uint8. Distances are those in Lab, up to one factor.
    """
    lab = cv2.cvtColor(view, cv2.COLOR_RGB2LAB).astype(np.float32)
    colours = cv2.GaussianBlur(lab, (0, 0), 0.5).reshape(-1, 3)
    colours = colours - colours.mean(axis=0)
    _, axes = np.linalg.eigh(colours.T @ colours)
    two = colours @ axes[:, :0:-1]
    low, high = two.min(axis=0), two.max(axis=0)
    stretch = min(255 / max(float((high - low).max()), 1.0), 3.0)
    levels = np.round((two - low) * stretch).astype(np.uint8)
    return np.asarray(levels.reshape(*view.shape[:2], 2))


def cut(
    contrast: NDArray[np.uint8], odds: NDArray[np.float32], on: MaskArray, off: MaskArray
) -> MaskArray:
    """Find the mask that fits the odds best and whose outline runs along edges.

    The exact minimum of an energy after Boykov and Jolly [1], by OpenCV's GrabCut [2]. That one
    takes no odds, so they are written into a third colour plane, and its two colour models are set
    to read them from there: normal distributions, wide in the planes of the contrast.

    Args:
        contrast: (h, w, 2) uint8. The outline runs where neighbours differ.
        odds: (h, w) float32: natural logarithm of the odds that a pixel is on the object.
        on: (h, w) bool. Pixels that are.
        off: (h, w) bool. Pixels that are not.

    Returns:
        (h, w) bool. Holds every pixel of `on`, unless it is in `off`.

    References:
        [1] Boykov, Jolly. Interactive graph cuts for optimal boundary and region segmentation of
            objects in N-D images. ICCV 2001. doi:10.1109/ICCV.2001.937505
        [2] Rother, Kolmogorov, Blake. "GrabCut": interactive foreground extraction using iterated
            graph cuts. SIGGRAPH 2004. doi:10.1145/1015706.1015720
    """
    share = np.clip(odds / LIMIT, -1, 1) / 2 + 0.5
    written = np.dstack([contrast, np.round(share * _LEVELS).astype(np.uint8)])
    labels = np.where(odds > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[on], labels[off] = cv2.GC_FGD, cv2.GC_BGD
    unlike, like = _reader(0), _reader(_LEVELS)
    mode = cv2.GC_EVAL_FREEZE_MODEL
    cv2.grabCut(written, labels, (0, 0, 1, 1), unlike, like, 1, mode)
    return np.asarray((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))


def grab(view: ImageArray, inside: MaskArray, on: MaskArray, off: MaskArray) -> MaskArray:
    """Separate what is inside a region from what is outside with GrabCut as it was published.

    Sees other things than `Scene.separate`: it knows no place, and blends between colours.

    Args:
        view: (h, w, 3) uint8 RGB.
        inside: (h, w) bool. The object lies in here.
        on: (h, w) bool. Pixels that are on it.
        off: (h, w) bool. Pixels that are not.

    Returns:
        (h, w) bool. `inside` itself if either side is too small to learn from.

    References:
        Rother, Kolmogorov, Blake. "GrabCut": interactive foreground extraction using iterated
        graph cuts. SIGGRAPH 2004. doi:10.1145/1015706.1015720
    """
    possible = (inside & ~off) | on
    if min(np.count_nonzero(possible), np.count_nonzero(~possible)) < _FEWEST:
        return possible
    labels = np.where(possible, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    labels[on] = cv2.GC_FGD
    unlike, like = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    cv2.grabCut(view, labels, (0, 0, 1, 1), unlike, like, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    return tidy((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), on)


def tidy(mask: MaskArray, on: MaskArray) -> MaskArray:
    """Keep the islands that were asked for, and fill small holes.

    Args:
        mask: (h, w) bool.
        on: (h, w) bool. Where the object is known to be. If none is, the large islands stay.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    keep = areas >= max(1.0, _ISLAND * areas.max())
    asked = np.unique(labels[on & mask])
    if asked.size:
        keep = np.isin(np.arange(count), asked)
    return _filled(np.asarray(keep[labels]))


def _filled(mask: MaskArray) -> MaskArray:
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < _HOLE * np.count_nonzero(mask)
    small[0] = False
    return np.asarray(mask | small[labels])


def _reader(level: int) -> NDArray[np.float64]:
    """Return a colour model of GrabCut that reads the third plane: likeliest at `level`.

    The model holds 5 weights, 5 means and 5 covariances. The difference of two such models is
    linear in the level, and reaches the limit of the odds at its ends.
    """
    variance = _LEVELS**2 / (2 * LIMIT * _TRUST)
    model = np.zeros((1, 65))
    model[0, 0] = 1
    model[0, 5:8] = 128, 128, level
    model[0, 20:29] = np.diag([_WIDE, _WIDE, variance]).ravel()
    return model
