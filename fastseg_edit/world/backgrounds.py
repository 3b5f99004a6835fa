"""Textured backgrounds in muted colours, so that every object's colour stands out."""

from __future__ import annotations

import colorsys
import math
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np

from fastseg_edit.world import fields, patterns

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray

Colour: TypeAlias = tuple[float, float, float]

BACKGROUNDS = tuple(patterns.PATTERNS)
"""Kinds of background by name."""

_WARM = {"wood": (0.06, 0.11, 0.28, 0.45), "bricks": (0.01, 0.06, 0.18, 0.38)}
"""(hue, hue, saturation, saturation) between which the colours of a material lie, 0 to 1."""

_STEPS = np.linspace(0, 1, 256)[:, None]
_GRAIN = 14.0  # levels between the darkest and the lightest speck, at most
_LIGHTING = 30.0  # levels between the darkest and the lightest side, at most


def draw(kind: str, size: tuple[int, int], random: Random, texture: float) -> ImageArray:
    """Return a background.

    Args:
        kind: One of `BACKGROUNDS`.
        size: (height, width).
        random: Where its numbers come from. The pattern is the same at every resolution; only
            the grain is as fine as the pixels are.
        texture: Contrast, 0 to 1.
    """
    dark, light = _pair(kind, random, texture)
    first, second = np.array(dark), np.array(light)
    palette = np.rint(first + (second - first) * _STEPS).astype(np.uint8)
    pattern = patterns.PATTERNS[kind](fields.grid(size), random)
    # Adding nothing while scaling is cv2's one call that rounds, clips and keeps negatives at 0.
    levels: Any = cv2.addWeighted(pattern, 255, pattern, 0, 0, dtype=cv2.CV_8U)
    picture = np.take(palette, levels, axis=0)
    return _weathered(picture, random, texture)


def _pair(kind: str, random: Random, texture: float) -> tuple[Colour, Colour]:
    """Return the two colours of a pattern, the second one lighter."""
    first = _muted(kind, random, random.uniform(0.36, 0.7))
    gap = texture * random.uniform(0.07, 0.26)
    second = _muted(kind, random, max(first) / 255 + gap)
    mixed = [a * (1 - texture) + b * texture for a, b in zip(first, second, strict=True)]
    return first, (mixed[0], mixed[1], mixed[2])


def _muted(kind: str, random: Random, value: float) -> Colour:
    low, high, faint, strong = _WARM.get(kind, (0.0, 1.0, 0.02, 0.26))
    hue, saturation = random.uniform(low, high), random.uniform(faint, strong)
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, min(value, 0.86))
    return red * 255, green * 255, blue * 255


def _weathered(picture: ImageArray, random: Random, texture: float) -> ImageArray:
    """Add grain, and light that falls off to one side."""
    size = picture.shape[:2]
    strength = texture * _GRAIN * random.random() / 256
    slope = texture * _LIGHTING * random.random()
    angle = random.uniform(0, 2 * math.pi)
    x, y = fields.grid(size)
    light = (x - x[0, -1] / 2) * math.cos(angle) + (y - y[-1, 0] / 2) * math.sin(angle)
    change = light * np.float32(slope / max(x[0, -1], y[-1, 0])) + fields.specks(size, random) * (
        np.float32(strength)
    )
    change += np.float32(128 - strength * 128)
    shift: Any = cv2.cvtColor(np.rint(change).astype(np.uint8), cv2.COLOR_GRAY2RGB)
    # Muted colours lie so far from black and white that no sum leaves the range of a byte.
    brightened: NDArray[np.int16] = picture.astype(np.int16) + shift - 128
    return brightened.astype(np.uint8)
