"""The inpainters that are compared, ours and those of others that are installed."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import cv2
import numpy as np

from fastseg_edit.backends.exemplar import Exemplar
from fastseg_edit.protocols import Hole

Fill = Callable[[np.ndarray, np.ndarray], np.ndarray]


def methods() -> tuple[dict[str, Fill], list[str]]:
    """Collect what is installed.

    Returns:
        Functions by name, from (H, W, 3) uint8 and (H, W) bool to (H, W, 3) uint8; and a line for
        each peer that is not there.
    """
    found: dict[str, Fill] = {"exemplar": exemplar, "mean": mean, "telea": telea, "ns": ns}
    absent = []
    for name, module, fill in PEERS:
        try:
            importlib.import_module(module)
        except ImportError as error:
            absent.append(f"{name} is left out: {error}")
        else:
            found[name] = fill
    return found, absent


def exemplar(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Run the embedded inpainter with its defaults."""
    return Exemplar().inpaint(Hole(image, mask))


def mean(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Paint the mean colour round the hole: the least that any method must beat."""
    rim = (cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0) & ~mask
    painted = image.copy()
    painted[mask] = image[rim].mean(axis=0)
    return painted


def telea(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Run OpenCV's fast marching (Telea 2004, doi:10.1080/10867651.2004.10487596)."""
    return _cropped(
        image, mask, 0.2, lambda part, hole: cv2.inpaint(part, hole, 5, cv2.INPAINT_TELEA)
    )


def ns(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Run OpenCV's Navier-Stokes (Bertalmio 2001, doi:10.1109/CVPR.2001.990497)."""
    return _cropped(image, mask, 0.2, lambda part, hole: cv2.inpaint(part, hole, 5, cv2.INPAINT_NS))


def shift_map(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Run OpenCV contrib's shift-map, which takes Lab and the inverted mask."""

    def run(part: np.ndarray, hole: np.ndarray) -> np.ndarray:
        lab, filled = cv2.cvtColor(part, cv2.COLOR_RGB2Lab), np.zeros_like(part)
        cv2.xphoto.inpaint(lab, 255 - hole, filled, cv2.xphoto.INPAINT_SHIFTMAP)
        return cv2.cvtColor(filled, cv2.COLOR_Lab2RGB)

    return _cropped(image, mask, 1, run)


def biharmonic(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Run scikit-image's biharmonic surface, region by region."""
    from skimage.restoration import inpaint_biharmonic

    def run(part: np.ndarray, hole: np.ndarray) -> np.ndarray:
        filled = inpaint_biharmonic(part, hole > 0, split_into_regions=True, channel_axis=-1)
        return np.clip(filled * 255 + 0.5, 0, 255).astype(np.uint8)

    return _cropped(image, mask, 0.1, run)


def patchmatch(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Run PyPatchMatch with its default patch."""
    from patchmatch import patch_match

    return _cropped(
        image, mask, 1, lambda part, hole: patch_match.inpaint(part, hole, patch_size=3)
    )


PEERS = (
    ("shift-map", "cv2.xphoto", shift_map),
    ("biharmonic", "skimage.restoration", biharmonic),
    ("patchmatch", "patchmatch", patchmatch),
)


def _cropped(image: np.ndarray, mask: np.ndarray, context: float, fill: Fill) -> np.ndarray:
    """Give a method the hole's box and a margin in units of its longer side; paste the hole."""
    rows, columns = np.nonzero(mask)
    margin = int(context * max(np.ptp(rows), np.ptp(columns))) + 32
    part = (
        slice(max(rows.min() - margin, 0), rows.max() + margin),
        slice(max(columns.min() - margin, 0), columns.max() + margin),
    )
    painted, hole = image.copy(), mask[part]
    filled = fill(np.ascontiguousarray(image[part]), hole.astype(np.uint8) * 255)
    painted[part][hole] = filled[hole]
    return painted
