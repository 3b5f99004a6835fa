"""The shapes and the colours, and how a shape becomes pixels."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Outline: TypeAlias = tuple[NDArray[np.float64], ...]
"""Closed curves of (n, 2) points (x, y); a point is inside if an odd number of them hold it."""

COLOURS = {
    "red": (214, 36, 36),
    "orange": (246, 136, 20),
    "yellow": (250, 222, 44),
    "green": (46, 158, 62),
    "cyan": (58, 204, 214),
    "blue": (36, 76, 214),
    "purple": (128, 48, 172),
    "pink": (246, 132, 190),
    "white": (246, 246, 246),
    "black": (24, 24, 28),
}
"""RGB by name. The two nearest ones, orange and yellow, lie 89 levels apart."""

SHAPES = ("circle", "square", "triangle", "star", "heart", "ring", "cross", "diamond")

TURNS = {"circle": 0, "ring": 0, "square": 90, "cross": 90, "star": 72, "triangle": 120}
"""Degrees after which a shape looks the same again; 0 if it always does. Other shapes differ."""

_CURVE = 128  # points of a circle: off by a fifth of a pixel at a radius of 600
_FRACTION = 4  # bits below the pixel in cv2's polygons


@cache
def outline(shape: str) -> Outline:
    """Return a shape upright, y downwards, inside the unit circle and touching it.

    Args:
        shape: One of `SHAPES`.
    """
    parts = _DRAWN[shape]
    (x, y), radius = cv2.minEnclosingCircle(np.concatenate(parts).astype(np.float32))
    return tuple((part - (x, y)) / radius for part in parts)


@cache
def area(shape: str) -> float:
    """Return the area of a shape inside the unit circle, at most pi."""
    outer, *holes = (
        abs(float(cv2.contourArea(part.astype(np.float32)))) for part in outline(shape)
    )
    return outer - sum(holes)


def placed(shape: str, centre: Sequence[float], radius: float, degrees: float) -> Outline:
    """Return a shape moved, scaled and turned clockwise."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turn = np.array([[cosine, sine], [-sine, cosine]]) * radius
    return tuple(part @ turn + centre for part in outline(shape))


def coverage(
    curves: Outline, size: tuple[int, int], corner: tuple[int, int] = (0, 0), fine: int = 0
) -> NDArray[np.uint8]:
    """Return how much of each pixel lies inside an outline.

    Args:
        curves: The outline, in pixels.
        size: (height, width) of the result.
        corner: (left, top) of the result in the coordinates of the outline.
        fine: Samples per pixel and direction. 0 takes fewer, the larger the result is.

    Returns:
        (height, width) uint8, 255 where a pixel lies inside entirely.
    """
    fine = fine or (8 if max(size) <= 96 else 4)
    canvas: Any = np.zeros((size[0] * fine, size[1] * fine), np.uint8)
    # A pixel's centre is a whole number to cv2, and a half here.
    grid = [((part - corner) * fine - 0.5) * (1 << _FRACTION) for part in curves]
    cv2.fillPoly(canvas, [np.rint(part).astype(np.int32) for part in grid], 255, shift=_FRACTION)
    averaged: Any = cv2.resize(canvas, size[::-1], interpolation=cv2.INTER_AREA)
    return averaged  # type: ignore[no-any-return]


def _circle(radius: float = 1.0) -> NDArray[np.float64]:
    return _polar(np.full(_CURVE, radius))


def _polar(radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points at equal angles, from the top clockwise."""
    angles = np.arange(len(radii)) * (2 * math.pi / len(radii))
    return np.stack([radii * np.sin(angles), -radii * np.cos(angles)], axis=1)


def _heart() -> NDArray[np.float64]:
    angles = np.linspace(0, 2 * math.pi, _CURVE, endpoint=False)
    waves = sum(k * np.cos((n + 1) * angles) for n, k in enumerate((13, -5, -2, -1)))
    return np.stack([16 * np.sin(angles) ** 3, -waves], axis=1)


def _cross(arm: float = 0.34) -> NDArray[np.float64]:
    corner = np.array([(-arm, -1), (arm, -1), (arm, -arm)], np.float64)
    quarter = np.array([(0, 1), (-1, 0)], np.float64)
    return np.concatenate([corner @ np.linalg.matrix_power(quarter, n) for n in range(4)])


_DRAWN: dict[str, Outline] = {
    "circle": (_circle(),),
    "square": (np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float64),),
    "triangle": (_polar(np.ones(3)),),
    "star": (_polar(np.tile([1.0, 0.45], 5)),),
    "heart": (_heart(),),
    "ring": (_circle(), _circle(0.55)),
    "cross": (_cross(),),
    "diamond": (np.array([(0, -1), (0.6, 0), (0, 1), (-0.6, 0)], np.float64),),
}
