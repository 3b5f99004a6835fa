"""How well sd-mini keeps to a map of regions, with sd-mini-control and without it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastseg_edit import models, world
from fastseg_edit.cutouts import Cutout
from fastseg_edit.edit import Edit, required
from fastseg_edit.mini.figures import diffusion
from fastseg_edit.ops import morphology
from fastseg_edit.stages import Composite, Inpaint
from fastseg_edit.world import captions, judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.profiles import ModelSpec

FOLLOWS = {**diffusion.MODEL, "weights": "sd-mini", "controlnet": "sd-mini-control"}
SCENES = world.Options(most=2, smallest=0.2, distinct=True)
SEGMENTER = {"name": "fastsam", "weights": "fastsam-mini"}
DETAIL = 0.0


class Outlined(NamedTuple):
    """A region to repaint in another colour, with its outline kept.

    Attributes:
        photo: (H, W, 3) uint8.
        hole: (H, W) bool, a box or a disk round the region.
        plate: (H, W, 3) uint8, the photo as it would be without what is in the region.
        region: (H, W) bool.
        layout: (H, W) uint16, the region and all others.
        colour: Of what is to be painted.
        caption: It in words, with a shape that is not the region's.
    """

    photo: ImageArray
    hole: MaskArray
    plate: ImageArray
    region: MaskArray
    layout: NDArray[np.uint16]
    colour: str
    caption: str

    @classmethod
    def of(cls, seed: int) -> Outlined:
        """Draw a scene and choose one of its objects, and other words for it."""
        random = Random(f"outlined {seed}")
        scene = world.draw(seed, diffusion.SIDE, diffusion.OPTIONS)
        number = random.randrange(len(scene.things))
        thing, region = scene.things[number], scene.amodal[number]
        outline = morphology.box_of if random.random() < 0.5 else morphology.disk_of
        colour = random.choice([each for each in world.COLOURS if each != thing.colour])
        shape = random.choice([each for each in world.SHAPES if each != thing.shape])
        others = np.delete(scene.visible, number, 0) & ~region
        return cls(
            scene.photo,
            morphology.dilate(outline(region), diffusion.MARGIN),
            scene.without(number),
            region,
            numbered([*others, region], random),
            colour,
            captions.article(f"{colour} {shape}"),
        )

    def judged(self, model: ModelSpec, keep: bool = True) -> tuple[float, bool]:
        """Repaint, and return the IoU with the region and whether the colour is right."""
        picture = painted(self.photo, self.hole, self.layout if keep else None, self.caption, model)
        seen = judge.painted(picture, self.plate, self.hole)
        if not seen.any():
            return 0.0, False
        overlap = Cutout.of(seen).overlap(Cutout.of(self.region))
        return overlap, judge.colour_of(picture, seen)[0] == self.colour


class Renewed(NamedTuple):
    """A photo to paint anew, with its layout kept.

    Attributes:
        photo: (H, W, 3) uint8: nothing of it is to be seen in what is painted.
        regions: (N, H, W) bool, no two of which meet.
        layout: (H, W) uint16, the same as numbers.
        colours: N names, of what is to be there.
        caption: All of it in words, with the shapes of the regions.
    """

    photo: ImageArray
    regions: NDArray[np.bool_]
    layout: NDArray[np.uint16]
    colours: tuple[str, ...]
    caption: str

    @classmethod
    def of(cls, seed: int) -> Renewed:
        """Draw a scene of one or two objects, and choose other colours."""
        random = Random(f"renewed {seed}")
        scene = world.draw(seed, diffusion.SIDE, SCENES)
        colours = tuple(random.sample(list(world.COLOURS), len(scene.things)))
        named = zip(colours, scene.things, strict=True)
        said = " and ".join(captions.article(f"{colour} {thing.shape}") for colour, thing in named)
        regions = scene.visible
        return cls(scene.photo, regions, numbered([*regions], random), colours, said)

    def judged(self, model: ModelSpec, keep: bool = True) -> Iterator[tuple[float, bool]]:
        """Paint, and yield for each region the IoU of the best mask, and if the colour is right."""
        everything = np.ones(self.photo.shape[:2], bool)
        layout = self.layout if keep else None
        picture = painted(self.photo, everything, layout, self.caption, model)
        found = _segmented(picture)
        for region, colour in zip(self.regions, self.colours, strict=True):
            overlap = max((Cutout.of(region).overlap(mask) for mask in found), default=0.0)
            yield overlap, judge.colour_of(picture, region)[0] == colour


def measure(seeds: Sequence[int]) -> dict[str, float]:
    """Repaint one object each, and paint whole scenes anew.

    Scenes have 256 pixels a side. The hole is a box of the object or the circle round it, 4 pixels
    wider, and the words for it have another colour and another shape than the object, so that the
    outline can be known from the layout alone. Painted anew are scenes of one or two objects, in
    other colours.

    Args:
        seeds: Of the scenes, one or more.

    Returns:
        `layout_iou`: IoU of what the judge sees in the hole with the region, mean.
        `layout_colour`: share of the holes in which it has the colour asked for.
        `layout_scene_iou`: IoU of each region of a scene that was painted anew with the nearest
        mask of fastsam-mini, mean; `layout_scene_colour`: share of the regions in the colour asked
        for. All of them once more with `_without`: by sd-mini alone.
    """
    outlined, renewed = ([kind.of(seed) for seed in seeds] for kind in (Outlined, Renewed))
    figures: dict[str, float] = {}
    for suffix, model, keep in (("", FOLLOWS, True), ("_without", diffusion.MODEL, False)):
        holes = np.array([each.judged(model, keep) for each in outlined])
        scenes = np.array([pair for each in renewed for pair in each.judged(model, keep)])
        figures |= {
            f"layout_iou{suffix}": float(holes[:, 0].mean()),
            f"layout_colour{suffix}": float(holes[:, 1].mean()),
            f"layout_scene_iou{suffix}": float(scenes[:, 0].mean()),
            f"layout_scene_colour{suffix}": float(scenes[:, 1].mean()),
        }
    return figures


def painted(
    photo: ImageArray,
    hole: MaskArray,
    layout: NDArray[np.uint16] | None,
    caption: str,
    model: ModelSpec,
) -> ImageArray:
    """Return what the stages of an edit make of it."""
    edit = Edit(photo, mask=hole, layout=layout, caption=caption)
    stage = Inpaint(model, max_coverage=1.0, detail=DETAIL)
    return required(Composite()(stage(edit)).result, "result")


def numbered(masks: Sequence[MaskArray], random: Random) -> NDArray[np.uint16]:
    """Return a map of regions, numbered in an order that says nothing of what they hold."""
    layout = np.zeros(masks[0].shape, np.uint16)
    for number, mask in enumerate(random.sample(masks, len(masks)), 1):
        layout[mask] = number
    return layout


def _segmented(picture: ImageArray) -> Sequence[Cutout]:
    segmenter = models.get("segmenter", SEGMENTER)
    found: Candidates = segmenter.predict(segmenter.encode(picture), None)
    return found.cutouts
