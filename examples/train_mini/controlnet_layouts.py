"""Training samples of sd-mini-control: windows with a hole, and a map of what is to be where."""

from __future__ import annotations

import dataclasses
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "stable_diffusion"))

import captions
import windows

from fastseg_edit import world
from fastseg_edit.ops import morphology, plan
from fastseg_edit.world import seeds
from fastseg_edit.world.captions import article
from fastseg_edit.world.layers import layer

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.ops.window import Window
    from fastseg_edit.world import Scene, Thing

WHOLE = 0.35  # share of samples in which everything is painted anew
NOTHING = 0.15  # share of holes in which the background goes on
KEPT = 0.5  # share of objects that take the outline of what was there
SILENT = 0.1  # share of objects without a caption, for guidance away from no caption
HIGHEST = (6, 10, 16)  # what numbers of regions go up to
AROUND = 2.5  # pixels round an object of the whole window in which an error counts as much as in it

_SIDES = (96, 128, 160)  # of the scenes
_OBJECTS = world.Options(most=4, smallest=0.13, largest=0.36)
_SCENES = world.Options(most=3, smallest=0.16, largest=0.4, distinct=True, shadows=0.0, texture=0.3)
_UNSHAPED = ("{} object", "{} thing", "{} shape")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One window, what is to be painted, and what is asked for.

    Attributes:
        filled: (64, 64, 3) uint8 RGB: what is to come out.
        plate: (64, 64, 3) uint8 RGB: what is there, under the hole too.
        hole: (64, 64) bool.
        layout: (64, 64) uint16: numbers of regions, 0 for the background.
        weighty: (64, 64) bool: where an error counts most.
        caption: In words.
    """

    filled: ImageArray
    plate: ImageArray
    hole: MaskArray
    layout: NDArray[np.uint16]
    weighty: MaskArray
    caption: str


def sample(seed: int) -> Sample:
    """Draw a sample: a whole window or a hole in it."""
    random = seeds.stream(seed, "layout")
    return _whole(seed, random) if random.random() < WHOLE else _hole(seed, random)


def _whole(seed: int, random: Random) -> Sample:
    """Return a scene that is to be painted anew, from its caption and its regions."""
    scene = world.draw(seed, random.choice(_SIDES), _SCENES)
    window = plan.windows(np.ones(scene.size, bool), windows.GEOMETRY)[0]
    regions = window.cut_layout(numbered(scene.visible, random))
    picture, hole = window.cut(scene.photo), np.ones((windows.SIDE,) * 2, bool)
    near = morphology.dilate(regions > 0, AROUND)
    return Sample(picture, picture, hole, regions, near, of_scene(scene, random))


def of_scene(scene: Scene, random: Random) -> str:
    """Return words for a whole scene, in any order. Now and then none."""
    names = [thing.name for thing in scene.things]
    if random.random() < SILENT:
        return ""
    if len(names) == 1:
        return captions.of_object(scene.things[0].colour, scene.things[0].shape, random)
    random.shuffle(names)
    *rest, last = map(article, names)
    return f"{', '.join(rest)} and {last}"


def _hole(seed: int, random: Random) -> Sample:
    """Return a scene with a hole, and an object for it, inside the region that is asked for."""
    scene = world.draw(seed, random.choice(_SIDES), _OBJECTS)
    chosen, hole, window, kept = _placed(scene, random)
    clean = scene.without(chosen)
    outside = scene.photo if random.random() < 0.5 else clean
    plate = np.where(hole[..., None], clean, outside)
    others = np.delete(scene.visible, chosen, 0) & ~(hole & scene.visible[chosen])
    if random.random() < NOTHING:
        regions, filled, caption = others, plate, captions.of_nothing(random)
    else:
        thing = _thing(scene, chosen, None if kept else hole, random)
        drawn = layer(thing, None, scene.size, random)
        painted = plate.copy()
        drawn.paint(painted)
        covered = np.zeros(scene.size, bool)
        covered[drawn.window] = drawn.coverage >= 128
        covered &= hole
        filled = np.where(hole[..., None], painted, plate)
        regions = np.concatenate([others & ~covered, covered[None]])
        caption = of_region(thing, random)
    seen = window.cut_mask(hole)
    layout = window.cut_layout(numbered(regions, random))
    return Sample(window.cut(filled), window.cut(plate), seen, layout, seen, caption)


def _placed(scene: Scene, random: Random) -> tuple[int, MaskArray, Window, bool]:
    """Return an object's number, a hole round it, its window, and whether its outline is kept."""
    while True:
        chosen = random.randrange(len(scene.things))
        kept = random.random() < KEPT
        kind = random.choice(("object", "hull", "box", "disk") if kept else ("hull", "box", "disk"))
        hole = _round(kind, scene.amodal[chosen], random.uniform(1, 5))
        window = plan.windows(hole, windows.GEOMETRY)[0]
        if window.outer == (windows.SIDE, windows.SIDE):
            return chosen, hole, window, kept


def _round(kind: str, mask: MaskArray, margin: float) -> MaskArray:
    match kind:
        case "object":
            return morphology.dilate(mask, margin)
        case "hull":
            return morphology.hull(morphology.dilate(mask, margin))
        case "box":
            return morphology.box_of(morphology.dilate(mask, margin))
    return morphology.disk_of(mask, margin)


def _thing(scene: Scene, chosen: int, hole: MaskArray | None, random: Random) -> Thing:
    """Return the object to paint: with the outline of the old one, or anywhere in a hole."""
    colour, angle = random.choice(windows.COLOURS), random.uniform(0, 2 * math.pi)
    rgb = [
        min(max(round(level + random.uniform(-8, 8)), 0), 255) for level in world.COLOURS[colour]
    ]
    painted = dataclasses.replace(
        scene.things[chosen],
        colour=colour,
        rgb=(rgb[0], rgb[1], rgb[2]),
        shading=random.uniform(0, 12),
        light=(math.cos(angle), math.sin(angle)),
    )
    if hole is None:
        return painted
    depth = morphology.depth(hole)
    radius = float(depth.max()) * random.uniform(0.55, 1.0)
    rows, columns = np.nonzero(depth >= radius)
    place, side = random.randrange(len(rows)), min(scene.size)
    return dataclasses.replace(
        painted,
        shape=random.choice(windows.SHAPES),
        centre=((columns[place] + 0.5) / side, (rows[place] + 0.5) / side),
        radius=radius / side,
        turn=random.uniform(-25, 25),
    )


def of_region(thing: Thing, random: Random) -> str:
    """Return words for an object, whose shape is often left out or wrong: the region decides."""
    if random.random() < SILENT:
        return ""
    match random.choices(("right", "none", "wrong"), (5, 2, 3))[0]:
        case "none":
            return article(random.choice(_UNSHAPED).format(thing.colour))
        case "wrong":
            return captions.of_object(thing.colour, random.choice(windows.SHAPES), random)
    return captions.of_object(thing.colour, thing.shape, random)


def numbered(masks: NDArray[np.bool_], random: Random) -> NDArray[np.uint16]:
    """Return a map of regions under random numbers, which say nothing of what they hold.

    Args:
        masks: (N, H, W) bool, no two of which meet.
        random: Draws the numbers, without repetition.
    """
    layout = np.zeros(masks.shape[1:], np.uint16)
    highest = max(random.choice(HIGHEST), len(masks))
    for mask, number in zip(masks, random.sample(range(1, highest + 1), len(masks)), strict=True):
        layout[mask] = number
    return layout
