"""Every shape at every angle, all of one area round one centroid."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from fastseg_edit.world import shapes
from fastseg_edit.world.shapes import SHAPES, TURNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray

_SIDE = 48  # pixels of a template
_AREA = 0.2  # share of a template that its shape fills: the longest one, the star, just fits in
_STEP = 5  # degrees between templates of one shape


def normalised(mask: MaskArray) -> NDArray[np.float32]:
    """Return a mask moved and scaled so that area and centroid are those of every template.

    Args:
        mask: (H, W) bool, not empty.

    Returns:
        (P,) float32 of 0 and 1, the pixels of a template row by row.
    """
    rows, columns = np.nonzero(mask)
    scale = math.sqrt(_AREA * _SIDE**2 / rows.size)
    middle = (_SIDE - 1) / 2
    matrix = np.array(
        [[scale, 0, middle - scale * columns.mean()], [0, scale, middle - scale * rows.mean()]]
    )
    picture: Any = mask.astype(np.float32)
    moved: Any = cv2.warpAffine(picture, matrix, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR)
    flat: NDArray[np.float32] = (moved.ravel() >= 0.5).astype(np.float32)
    return flat


@cache
def known() -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Return the names of T templates, and the templates: (T, P) float32 of 0 and 1."""
    names, templates = [], []
    for shape in SHAPES:
        for degrees in range(0, TURNS.get(shape, 360) or 1, _STEP):
            curves = shapes.placed(shape, (128, 128), 100, degrees)
            names.append(shape)
            templates.append(normalised(shapes.coverage(curves, (256, 256)) >= 128))
    return tuple(names), np.array(templates)
