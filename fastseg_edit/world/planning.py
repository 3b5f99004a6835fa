"""Deciding what a scene holds and where."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2

from fastseg_edit.world import seeds, shapes
from fastseg_edit.world.things import Plan, Shadow, Thing

if TYPE_CHECKING:
    from random import Random

    from fastseg_edit.world.options import Options

_TRIES = 12
_RASTER = 40  # pixels across an object when overlaps are measured
_LIGHTER = 9  # levels that an object may be lighter or darker than its name's colour
_TINTED = 5  # and levels that each channel may differ on top of that


def plan(seed: int, extent: tuple[float, float], options: Options) -> Plan:
    """Decide what a scene holds. The same at every resolution.

    Args:
        seed: Any whole number.
        extent: (height, width) in units; the smaller one is 1.
        options: What it may hold.
    """
    random = seeds.stream(seed, "plan")
    background = random.choice(options.backgrounds)
    angle = random.uniform(0, 2 * math.pi)
    light = (math.cos(angle), math.sin(angle))
    shadow = _shadow(random, light) if random.random() < options.shadows else None
    count = random.randint(options.fewest, options.most)
    largest = max(options.largest * min(1.0, 1.6 / math.sqrt(count + 1)), options.smallest)
    things: list[Thing] = []
    hidden: list[float] = []
    for _ in range(count * _TRIES):
        thing = _draw(random, extent, (options.smallest, largest), options, light)
        hides = _hides(thing, things, options)
        if hides is None:
            continue
        # A bound from above: what two objects in front hide together is counted twice.
        sums = [before + now for before, now in zip(hidden, hides, strict=True)]
        if max(sums, default=0.0) > options.hidden:
            continue
        things.append(thing)
        hidden = [*sums, 0.0]
        if len(things) == count:
            break
    return Plan(tuple(things), background, shadow)


def _shadow(random: Random, light: tuple[float, float]) -> Shadow:
    far = random.uniform(0.1, 0.35)
    return Shadow(
        (-light[0] * far, -light[1] * far), random.uniform(0.05, 0.2), random.uniform(0.2, 0.45)
    )


def _draw(
    random: Random,
    extent: tuple[float, float],
    radii: tuple[float, float],
    options: Options,
    light: tuple[float, float],
) -> Thing:
    colour = random.choice(options.colours)
    # Small objects are as frequent as large ones in logarithm, as in photos.
    radius = radii[0] * (radii[1] / radii[0]) ** random.random()
    lighter = random.uniform(-_LIGHTER, _LIGHTER)
    red, green, blue = (
        min(max(round(level + lighter + random.uniform(-_TINTED, _TINTED)), 0), 255)
        for level in shapes.COLOURS[colour]
    )
    return Thing(
        shape=random.choice(options.shapes),
        colour=colour,
        rgb=(red, green, blue),
        centre=(
            random.uniform(radius, extent[1] - radius),
            random.uniform(radius, extent[0] - radius),
        ),
        radius=radius,
        turn=random.uniform(-options.turn, options.turn),
        shading=random.uniform(0, 22),
        light=light,
    )


def _hides(thing: Thing, behind: list[Thing], options: Options) -> list[float] | None:
    """Return the shares of the objects behind that one more in front hides; None if it must not.

    Objects of one colour stay apart, for where they meet nobody could tell them from each other.
    """
    shares = []
    for other in behind:
        near = math.dist(thing.centre, other.centre) < thing.radius + other.radius
        alike = thing.name == other.name and options.distinct
        if alike or (near and thing.colour == other.colour):
            return None
        shares.append(_share(other, thing) if near else 0.0)
    return shares


def _share(behind: Thing, front: Thing) -> float:
    """Return the share of one object's area that another one covers."""
    scale = _RASTER / (2 * behind.radius)
    corner = tuple(round(scale * (middle - behind.radius)) for middle in behind.centre)
    size = (_RASTER + 1, _RASTER + 1)
    under, over = (
        shapes.coverage(thing.outline(scale), size, (corner[0], corner[1]), 1)
        for thing in (behind, front)
    )
    return cv2.countNonZero(cv2.bitwise_and(under, over)) / max(cv2.countNonZero(under), 1)
