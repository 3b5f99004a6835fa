"""From a reference photo to every object like its own in another photo, or to none."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Literal

import numpy as np

from fastseg_edit import world
from fastseg_edit.cutouts import Cutout
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import NoObjectError
from fastseg_edit.prompt import Reference
from fastseg_edit.stages import Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.world import Scene, Thing

    Method = Callable[[ImageArray, Reference], list[MaskArray]]

SIDE = 256  # pixels of a scene
SHOWN = world.Options(most=4)
"""What a scene holds from which the reference is taken."""

RIGHT = 0.5
"""IoU above which a mask is of an object, and of no other."""

MODELS = {"name": "fastsam", "weights": "fastsam-mini"}, {"name": "clip", "weights": "clip-mini"}
"""Segmenter and ranker of the profile mini."""

_ELSEWHERE = 3 * 10**6  # from a scene to those of its references; a multiple of 3 keeps the split
_APART = 3 * 10**5  # between the references of one scene
_ABSENT = 0.25  # share of the scenes from which what is asked for is left out on purpose
_SEEN, _LEAST = 0.6, 150  # share and number of an object's pixels that are to be seen


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A photo in which objects like one in another photo are sought.

    Attributes:
        photo: (H, W, 3) uint8 RGB.
        like: The reference.
        true: Masks (H, W) bool of what is to be seen of each object like it; there may be none.
        by: In what the other objects differ from them.
    """

    photo: ImageArray
    like: Reference
    true: tuple[MaskArray, ...]
    by: Literal["colour", "shape"]

    @classmethod
    def of(cls, seed: int, shots: int = 1) -> Case:
        """Draw a photo of 4 to 6 objects and references of one kind.

        All objects have one shape and three colours, or one colour and three shapes, the
        reference's among them or not.

        Args:
            seed: Of the photo.
            shots: How many references.
        """
        random = Random(f"reference {seed}")
        by: Literal["colour", "shape"] = random.choice(("colour", "shape"))
        first, thing = _reference(world.draw(seed + _ELSEWHERE, SIDE, SHOWN), random)
        alone = world.Options(most=1, colours=(thing.colour,), shapes=(thing.shape,))
        more = tuple(
            _reference(world.draw(seed + _ELSEWHERE + _APART * shot, SIDE, alone), random)[0]
            for shot in range(1, shots)
        )
        scene = world.draw(seed, SIDE, _options(thing, by, random))
        pairs = zip(scene.visible, scene.things, strict=True)
        true = tuple(mask for mask, other in pairs if other.name == thing.name)
        return cls(scene.photo, Reference(first.image, first.mask, more), true, by)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one case was answered.

    Attributes:
        wanted: How many objects there are.
        found: How many masks are of one of them, each object counted once.
        given: How many masks there are.
        first: Whether the best mask is of one of the objects.
    """

    wanted: int
    found: int
    given: int
    first: bool

    @classmethod
    def to(cls, case: Case, masks: Sequence[MaskArray]) -> Answer:
        """Compare masks, the best first, with the truth."""
        hits = [[_overlap(mask, true) > RIGHT for true in case.true] for mask in masks]
        found = sum(any(column) for column in zip(*hits, strict=True))
        return cls(len(case.true), found, len(masks), bool(masks) and any(hits[0]))


def measure(seeds: Sequence[int], method: Method | None = None, shots: int = 1) -> dict[str, float]:
    """Show an object in one scene, and ask for all that are like it in another one.

    The scenes have 256 pixels a side. The objects asked about are of one shape and differ in
    colour, or of one colour and differ in shape; 0 or more are like the reference.

    Args:
        seeds: Of the scenes, enough that some hold what is asked for and some do not.
        method: From a photo and a reference to masks, best first. None for the profile mini's.
        shots: How many references are given of each object.

    Returns:
        `reference_right`: share of the scenes with such an object in which the best mask has an
        IoU above 0.5 with one. `reference_f1`: harmonic mean of the shares of masks that are right
        and of objects that are found, over all scenes. `reference_absent`: share of the scenes
        without such an object for which that is the answer. The same for those told apart `_by_`
        colour and `_by_shape`.
    """
    cases = [Case.of(seed, shots) for seed in seeds]
    given = [(method or ranked)(case.photo, case.like) for case in cases]
    answers = [Answer.to(case, masks) for case, masks in zip(cases, given, strict=True)]
    figures = _figures(answers, "reference")
    for by in ("colour", "shape"):
        some = [answer for answer, case in zip(answers, cases, strict=True) if case.by == by]
        figures |= _figures(some, f"reference_by_{by}")
    return figures


def ranked(image: ImageArray, like: Reference) -> list[MaskArray]:
    """Return what the profile mini finds: all masks that CLIP takes for the object."""
    segmenter, ranker = MODELS
    return selected(Segment(segmenter, ranker=ranker, which="all"), image, like)


def selected(stage: Callable[[Edit], Edit], image: ImageArray, like: Reference) -> list[MaskArray]:
    """Return the masks that a stage finds, best first; none if it says that there is no object."""
    try:
        return list(required(stage(Edit(image, like)).candidates, "candidates"))
    except NoObjectError:
        return []


def _options(thing: Thing, by: Literal["colour", "shape"], random: Random) -> world.Options:
    """Return options for objects that differ in one way, most often some of them like `thing`."""
    mine, every = getattr(thing, by), tuple(world.COLOURS) if by == "colour" else world.SHAPES
    some = random.sample([each for each in every if each != mine], 2)
    if random.random() >= _ABSENT:
        some.append(mine)
    if by == "colour":
        return world.Options(4, 6, colours=tuple(some), shapes=(thing.shape,))
    return world.Options(4, 6, colours=(thing.colour,), shapes=tuple(some))


def _reference(scene: Scene, random: Random) -> tuple[Reference, Thing]:
    """Return one object of a scene that is well to be seen, as a reference and as a value."""
    areas = [int(np.count_nonzero(mask)) for mask in scene.visible]
    well = [
        number for number, (area, whole) in enumerate(zip(areas, scene.amodal, strict=True))
        if area >= max(_LEAST, _SEEN * np.count_nonzero(whole))
    ]  # fmt: skip
    number = random.choice(well or [int(np.argmax(areas))])
    return Reference(scene.photo, scene.visible[number]), scene.things[number]


def _overlap(one: MaskArray, other: MaskArray) -> float:
    return Cutout.of(one).overlap(Cutout.of(other))


def _figures(answers: Iterable[Answer], name: str) -> dict[str, float]:
    answers = list(answers)
    there = [answer for answer in answers if answer.wanted]
    absent = [not answer.given for answer in answers if not answer.wanted]
    both = sum(answer.given + answer.wanted for answer in answers)
    return {
        f"{name}_right": float(np.mean([answer.first for answer in there])),
        f"{name}_f1": 2 * sum(answer.found for answer in answers) / both,
        f"{name}_absent": float(np.mean(absent)),
    }
