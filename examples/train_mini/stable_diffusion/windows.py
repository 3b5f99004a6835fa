"""Training samples: windows of drawn scenes with a hole, cut exactly as an edit cuts them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit import world
from fastseg_edit.ops import morphology, plan
from fastseg_edit.world import seeds
from fastseg_edit.world.layers import layer

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

SIDE = 64
GEOMETRY = plan.Geometry("30%", SIDE, 16)
COLOURS = tuple(world.COLOURS)
SHAPES = world.SHAPES

_SIDES = (96, 112, 128, 160)  # of the scenes: their windows are seen at 1:1 to about 1:2
_OPTIONS = world.Options(most=4, smallest=0.13, largest=0.36)
_LEAST = 5.0  # pixels of radius below which no shape can be told


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One window and its two truths.

    Attributes:
        filled: (64, 64, 3) uint8 RGB, with a new object in the hole.
        plate: The same without it: the background goes on.
        hole: (64, 64) bool.
        colour: Number of the new object's colour.
        shape: Number of its shape.
    """

    filled: ImageArray
    plate: ImageArray
    hole: MaskArray
    colour: int
    shape: int


def sample(seed: int) -> Sample:
    """Draw a scene, cut a hole round one of its objects, and put another object there.

    The new object has the largest circle that fits into the hole as its own, nearly. So where it
    goes follows from the hole alone, which makes it learnable from few samples.
    """
    random = seeds.stream(seed, "hole")
    scene = world.draw(seed, random.choice(_SIDES), _OPTIONS)
    while True:
        chosen = random.randrange(len(scene.things))
        hole = _hole(scene, chosen, random)
        window = plan.windows(hole, GEOMETRY)[0]
        if window.outer == (SIDE, SIDE):
            break
    clean = scene.without(chosen)
    # An object's shadow reaches out of its hole in half of the samples, as in an edit.
    outside = scene.photo if random.random() < 0.5 else clean
    picture = np.where(hole[..., None], clean, outside)
    plate, seen = window.cut(picture), window.cut_mask(hole)
    colour, shape = random.randrange(len(COLOURS)), random.randrange(len(SHAPES))
    filled = plate.copy()
    thing = _thing(seen, colour, shape, random)
    layer(thing, None, (SIDE, SIDE), random).paint(filled)
    return Sample(filled, np.ascontiguousarray(plate), seen, colour, shape)


def _hole(scene: world.Scene, chosen: int, random: Random) -> MaskArray:
    footprint = scene.footprint(chosen)
    grown = morphology.dilate(footprint, random.uniform(1, 5))
    match random.choices(("object", "hull", "box", "disk"), (2, 2, 3, 3))[0]:
        case "object":
            return grown
        case "hull":
            return morphology.hull(grown)
        case "box":
            return morphology.box_of(grown)
    return morphology.disk_of(scene.amodal[chosen], random.uniform(1, 5))


def inscribed(hole: MaskArray) -> tuple[float, float, float]:
    """Return x, y and radius of the largest circle in a hole; of the middle one of several."""
    depth: NDArray[np.float32] = morphology.depth(hole)
    radius = float(depth.max())
    rows, columns = np.nonzero(depth >= radius - 1)
    return float(columns.mean()), float(rows.mean()), radius


def _thing(hole: MaskArray, colour: int, shape: int, random: Random) -> world.Thing:
    x, y, radius = inscribed(hole)
    radius = max(radius, _LEAST) * random.uniform(0.9, 1.0)
    jitter = 0.04 * radius
    angle = random.uniform(0, 2 * math.pi)
    rgb = [
        min(max(round(level + random.uniform(-8, 8)), 0), 255)
        for level in world.COLOURS[COLOURS[colour]]
    ]
    return world.Thing(
        shape=SHAPES[shape],
        colour=COLOURS[colour],
        rgb=(rgb[0], rgb[1], rgb[2]),
        centre=(
            (x + 0.5 + random.uniform(-jitter, jitter)) / SIDE,
            (y + 0.5 + random.uniform(-jitter, jitter)) / SIDE,
        ),
        radius=radius / SIDE,
        turn=random.uniform(-5, 5),
        shading=random.uniform(0, 12),
        light=(math.cos(angle), math.sin(angle)),
    )
