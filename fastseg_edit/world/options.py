"""What a scene may hold, from plain and easy to crowded and hard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastseg_edit.errors import SpecError
from fastseg_edit.options import Checked, Range
from fastseg_edit.world.backgrounds import BACKGROUNDS
from fastseg_edit.world.shapes import COLOURS, SHAPES


@dataclass(frozen=True)
class Options(Checked):
    """What a scene may hold. Lengths are shares of the photo's shorter side.

    Attributes:
        fewest: Objects at least.
        most: Objects at most. Where no room is left there are fewer, but never none.
        smallest: Radius of the circle round an object, at least.
        largest: That radius at most, for a lone object; in company it shrinks.
        hidden: Share of an object that others may hide. 0 keeps all apart.
        turn: Degrees that an object is turned, either way. Up to 30 a square and a diamond cannot
            be taken for each other.
        shadows: Share of scenes in which objects cast shadows.
        texture: Contrast of the background, 0 (plain) to 1.
        distinct: True if no two objects share both colour and shape.
        backgrounds: Kinds to choose from.
        colours: Names to choose from.
        shapes: Names to choose from.

    Raises:
        SpecError: With E_SPEC, if a value is out of range or a name unknown.
    """

    fewest: Annotated[int, Range(1, 12)] = 1
    most: Annotated[int, Range(1, 12)] = 6
    smallest: Annotated[float, Range(0.04, 0.45)] = 0.1
    largest: Annotated[float, Range(0.04, 0.45)] = 0.34
    hidden: Annotated[float, Range(0, 0.6)] = 0.3
    turn: Annotated[float, Range(0, 180)] = 25.0
    shadows: Annotated[float, Range(0, 1)] = 0.4
    texture: Annotated[float, Range(0, 1)] = 1.0
    distinct: bool = False
    backgrounds: tuple[str, ...] = BACKGROUNDS
    colours: tuple[str, ...] = tuple(COLOURS)
    shapes: tuple[str, ...] = SHAPES

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_order("fewest", self.fewest, "most", self.most)
        _check_order("smallest", self.smallest, "largest", self.largest)
        _check_names("backgrounds", self.backgrounds, BACKGROUNDS)
        _check_names("colours", self.colours, tuple(COLOURS))
        _check_names("shapes", self.shapes, SHAPES)

    @classmethod
    def at(cls, hardness: float) -> Options:
        """Return the options of one step of a curriculum.

        Args:
            hardness: 0 (one large, upright object on a plain background) to 1 (the defaults).
        """
        plain, full = cls(1, 1, 0.26, 0.42, 0.0, 6.0, 0.0, 0.0), cls()
        return cls(
            most=round(_between(plain.most, full.most, hardness)),
            smallest=_between(plain.smallest, full.smallest, hardness),
            largest=_between(plain.largest, full.largest, hardness),
            hidden=_between(plain.hidden, full.hidden, hardness),
            turn=_between(plain.turn, full.turn, hardness),
            shadows=_between(plain.shadows, full.shadows, hardness),
            texture=_between(plain.texture, full.texture, hardness),
        )


def _between(low: float, high: float, share: float) -> float:
    return low * (1 - share) + high * share


def _check_order(low: str, least: float, high: str, most: float) -> None:
    if least > most:
        raise SpecError("E_SPEC", f"{low} must be at most {high}, got {least} and {most}")


def _check_names(option: str, names: tuple[str, ...], known: tuple[str, ...]) -> None:
    if not names or not set(names) <= set(known):
        raise SpecError("E_SPEC", f"{option} must be some of {', '.join(known)}, got {names!r}")
