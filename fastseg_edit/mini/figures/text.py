"""From words to a mask, the whole way: everything is found, and the words choose."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit import operations, world
from fastseg_edit.errors import NoObjectError
from fastseg_edit.prompt import Text
from fastseg_edit.world.captions import article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.world import Scene

SIDE = 256
OPTIONS = world.Options(fewest=4, most=4, distinct=True)

RIGHT = 0.5
"""IoU above which a mask is of the object that was asked for, and of no other."""

IN_VAIN = 2
"""How many things that are not there each scene is asked for, of each kind."""


def measure(seeds: Sequence[int]) -> dict[str, float]:
    """Ask drawn scenes for what is there, and for what is not.

    Scenes hold four objects, no two of one colour and shape, and up to 30 % of an object may be
    hidden; fewer objects only where there is no room. Each is asked for as "a red circle", through
    `operations.segment` and the profile mini.

    In vain, each scene is asked for six things, two of each kind: those of which the colour and
    the shape are there, in different objects; the colour or the shape; neither.

    Args:
        seeds: Of the scenes.

    Returns:
        `text_to_mask`: share of the objects whose mask has an IoU above 0.5 with the visible part.
        `absent`: share of what is not there that is answered with E_NO_OBJECT; `absent_near_2`,
        `absent_near_1` and `absent_near_0` for each kind.
    """
    scenes = [world.draw(seed, SIDE, OPTIONS) for seed in seeds]
    right = [hit for scene in scenes for hit in _asked(scene)]
    absent = {near: [no for scene in scenes for no in _in_vain(scene, near)] for near in (2, 1, 0)}
    every = [no for answers in absent.values() for no in answers]
    return {
        "text_to_mask": float(np.mean(right)),
        "absent": float(np.mean(every)),
        **{f"absent_near_{near}": float(np.mean(answers)) for near, answers in absent.items()},
    }


def _asked(scene: Scene) -> Iterator[bool]:
    """Yield for each object whether the words that name it select it."""
    for thing, true in zip(scene.things, scene.visible, strict=True):
        mask = _segmented(scene, article(thing.name))
        yield mask is not None and bool((mask & true).sum() > RIGHT * (mask | true).sum())


def _in_vain(scene: Scene, near: int) -> Iterator[bool]:
    """Yield for a few things of which none is there whether that is the answer."""
    texts = [each.text for each in scene.absent if each.near == near]
    for text in Random(scene.seed).sample(texts, min(IN_VAIN, len(texts))):
        yield _segmented(scene, text) is None


def _segmented(scene: Scene, text: str) -> MaskArray | None:
    """Return what the words select, or None if the answer is that nothing does."""
    try:
        return operations.segment(scene.photo, Text(text), profile="mini").mask
    except NoObjectError:
        return None
