"""What patterns are made of: noise, waves and sharp edges on a grid of coordinates.

Lengths are shares of the photo's shorter side, so a pattern is the same at every resolution.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from random import Random

Field: TypeAlias = NDArray[np.float32]
Grid: TypeAlias = tuple[Field, Field]
"""x as (1, W) and y as (H, 1), 0 to 1 along the shorter side."""


@lru_cache(maxsize=4)
def grid(size: tuple[int, int]) -> Grid:
    """Return the coordinates of the centres of the pixels."""
    unit = min(size)
    x = (np.arange(size[1], dtype=np.float32) + 0.5) / unit
    y = (np.arange(size[0], dtype=np.float32) + 0.5) / unit
    return x[None].astype(np.float32), y[:, None].astype(np.float32)


def specks(size: tuple[int, int], random: Random) -> Field:
    """Return independent numbers, 0 to 255, one for each pixel."""
    raw = np.frombuffer(random.randbytes(size[0] * size[1]), np.uint8)
    return raw.reshape(size).astype(np.float32)


def clouds(coordinates: Grid, random: Random, cells: tuple[float, float]) -> Field:
    """Return smooth noise.

    Args:
        coordinates: Where.
        random: Its numbers.
        cells: Bumps per unit, down and across.
    """
    x, y = coordinates
    rows, columns = (
        max(math.ceil(count * axis.size / min(x.size, y.size)), 2)
        for count, axis in zip(cells, (y, x), strict=True)
    )
    lattice = specks((rows, columns), random) * np.float32(1 / 255)
    smooth: Any = cv2.resize(lattice, (x.size, y.size), interpolation=cv2.INTER_CUBIC)
    return smooth  # type: ignore[no-any-return]


def turned(coordinates: Grid, angle: float) -> tuple[Field, Field]:
    """Return the coordinates along a direction and across it, each (H, W)."""
    x, y = coordinates
    cosine, sine = np.float32(math.cos(angle)), np.float32(math.sin(angle))
    return x * cosine + y * sine, y * cosine - x * sine


def wave(phase: Field) -> Field:
    """Return a triangle wave between -1 and 1 that repeats with every whole number."""
    folded: Field = np.abs(phase - np.floor(phase) - np.float32(0.5)) * 4 - 1
    return folded


def edge(field: Field, steepness: float, coordinates: Grid, soft: float = 0.0) -> Field:
    """Return 0 where a field is negative and 1 where it is positive, without jagged edges.

    Args:
        field: Any numbers.
        steepness: By how much the field changes along a unit.
        coordinates: Say how large a pixel is.
        soft: Values between which the edge fades. It fades over one pixel at least.
    """
    pixel = steepness / min(coordinates[0].size, coordinates[1].size)
    faded: Field = np.clip(field * np.float32(1 / max(soft, pixel)) + np.float32(0.5), 0, 1)
    return faded


def scattered(row: Field, column: Field, random: Random) -> Field:
    """Return a number between 0 and 1 for each pair of whole numbers."""
    table = specks((16, 16), random) * np.float32(1 / 255)
    numbers: Field = table[row.astype(np.intp) & 15, column.astype(np.intp) & 15]
    return numbers
