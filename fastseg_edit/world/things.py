"""What a scene holds, as values: no pixel is drawn yet."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fastseg_edit.world import shapes


@dataclass(frozen=True, slots=True)
class Thing:
    """One object. Lengths are in units: shares of the photo's shorter side.

    Attributes:
        shape: One of `SHAPES`.
        colour: One of `COLOURS`.
        rgb: Its own variant of that colour.
        centre: (x, y) of the circle round it.
        radius: Of that circle.
        turn: Degrees clockwise.
        shading: Levels by which it brightens towards its `light`.
        light: (x, y), of length 1: where the light comes from.
    """

    shape: str
    colour: str
    rgb: tuple[int, int, int]
    centre: tuple[float, float]
    radius: float
    turn: float
    shading: float
    light: tuple[float, float]

    @property
    def size(self) -> float:
        """The side of a square of the same area: what decides on "large" and "small"."""
        return self.radius * math.sqrt(shapes.area(self.shape))

    @property
    def name(self) -> str:
        """Colour and shape in words."""
        return f"{self.colour} {self.shape}"

    def outline(self, scale: float) -> shapes.Outline:
        """Return its outline.

        Args:
            scale: Pixels in a unit.
        """
        x, y = self.centre
        return shapes.placed(self.shape, (x * scale, y * scale), self.radius * scale, self.turn)


@dataclass(frozen=True, slots=True)
class Shadow:
    """How every object of a scene casts its shadow, in units of its own radius.

    Attributes:
        offset: (x, y).
        blur: Standard deviation.
        strength: 0 to 1.
    """

    offset: tuple[float, float]
    blur: float
    strength: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a scene holds.

    Attributes:
        things: The objects, the hindmost first.
        background: One of `BACKGROUNDS`.
        shadow: None if none are cast.
    """

    things: tuple[Thing, ...]
    background: str
    shadow: Shadow | None
