"""Patterns of the backgrounds: fields of about 0 to 1, the darkest colour to the lightest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.world.fields import clouds, edge, scattered, turned, wave

if TYPE_CHECKING:
    from random import Random

    from fastseg_edit.world.fields import Field, Grid


def _plain(coordinates: Grid, random: Random) -> Field:
    return clouds(coordinates, random, (2, 2)) * np.float32(0.4) + np.float32(0.3)


def _gradient(coordinates: Grid, random: Random) -> Field:
    along, _ = turned(coordinates, random.uniform(0, 2 * math.pi))
    low, high = float(along.min()), float(along.max())
    ramp: Field = (along - np.float32(low)) * np.float32(1 / (high - low))
    return ramp


def _noise(coordinates: Grid, random: Random) -> Field:
    cells = random.uniform(2.5, 6)
    coarse, middle, fine = (
        clouds(coordinates, random, (cells * times, cells * times)) for times in (1, 2.7, 7)
    )
    field: Field = coarse * np.float32(0.6) + middle * np.float32(0.35) + fine * np.float32(0.15)
    return field


def _stripes(coordinates: Grid, random: Random) -> Field:
    along, _ = turned(coordinates, random.uniform(0, math.pi))
    count = random.uniform(3, 11)
    uneven = np.float32(random.uniform(-0.4, 0.4))
    soft = random.choice((0.0, 0.0, 1.2))
    return edge(wave(along * np.float32(count)) + uneven, 4 * count, coordinates, soft)


def _checks(coordinates: Grid, random: Random) -> Field:
    directions = turned(coordinates, random.choice((0.0, math.pi / 4, random.uniform(0, math.pi))))
    count = random.uniform(1.5, 5)
    first, second = (
        edge(wave(part * np.float32(count)), 4 * count, coordinates) for part in directions
    )
    return first + second - 2 * first * second


def _blobs(coordinates: Grid, random: Random) -> Field:
    cells = random.uniform(4, 9)
    field = clouds(coordinates, random, (cells, cells)) - np.float32(random.uniform(0.4, 0.6))
    return edge(field, cells, coordinates, random.choice((0.04, 0.2)))


def _wood(coordinates: Grid, random: Random) -> Field:
    lies = random.random() < 0.5
    across = coordinates[1] if lies else coordinates[0]
    planks = random.uniform(1.5, 4.5)
    place = across * np.float32(planks) + np.float32(random.random())
    plank = np.floor(place)
    tone = scattered(plank, plank, random)
    bend, fibre = (
        clouds(coordinates, random, cells if lies else cells[::-1]) for cells in ((6, 1.5), (50, 3))
    )
    year = across * np.float32(random.uniform(4, 8)) + bend * np.float32(1.5) + tone * 5
    # A triangle wave is -1 half way between whole numbers and 1 on them, where planks meet.
    board = edge(np.float32(0.93) - wave(place), 4 * planks, coordinates)
    rings = wave(year) * np.float32(0.14) + fibre * np.float32(0.35)
    wood: Field = (rings + tone * np.float32(0.3) + np.float32(0.25)) * board
    return wood


def _bricks(coordinates: Grid, random: Random) -> Field:
    x, y = coordinates
    rows, long = random.uniform(4, 9), random.uniform(1.8, 2.6)
    height = y * np.float32(rows) + np.float32(random.random())
    row = np.floor(height)
    length = x * np.float32(rows / long) + (row % 2) * np.float32(0.5)
    column = np.floor(length)
    thick = np.float32(random.uniform(0.12, 0.2))
    # A triangle wave is 1 on whole numbers, where bricks meet, and falls by 4 to the next half.
    upright = (1 - wave(length)) * np.float32(long) - thick * 2
    level = (1 - wave(height)) - thick * 2
    brick = edge(np.minimum(upright, level), 4 * rows, coordinates)
    tone = scattered(np.broadcast_to(row, column.shape), column, random)
    face = tone * np.float32(0.45) + clouds(coordinates, random, (20, 20)) * np.float32(0.2)
    mortar = np.float32(random.choice((-0.1, 0.9)))
    return (face + np.float32(0.2)) * brick + mortar * (1 - brick)


PATTERNS = {
    "plain": _plain,
    "gradient": _gradient,
    "noise": _noise,
    "stripes": _stripes,
    "checks": _checks,
    "blobs": _blobs,
    "wood": _wood,
    "bricks": _bricks,
}
"""Kinds of pattern by name."""
