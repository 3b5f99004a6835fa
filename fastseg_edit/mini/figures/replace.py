"""How long a whole edit takes, from words to the photo with something else in it."""

from __future__ import annotations

import math
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit import models, operations, world
from fastseg_edit.prompt import Text
from fastseg_edit.world.captions import article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.world import Scene

SIDE = 256
OPTIONS = world.Options(fewest=2, most=4, distinct=True)


def measure(seeds: Sequence[int]) -> dict[str, float]:
    """Replace an object of drawn scenes by another one, and look at the clock.

    The object is named in words, as "a red circle", and so is what is painted, at 256 px through
    `operations.replace` and the profile mini. An edit counts if the object was found.

    Args:
        seeds: Of the scenes.

    Returns:
        `replace_seconds`: the median of an edit once the models are loaded.
        `replace_first_seconds`: an edit with reading the weights; importing their libraries counts
        too unless that was done before. NaN if nothing was found in any scene.
    """
    scenes = [world.draw(seed, SIDE, OPTIONS) for seed in seeds]
    first = next((seconds for seconds, found in map(_first, scenes) if found), math.nan)
    done = [seconds for seconds, found in map(_timed, scenes) if found]
    return {
        "replace_seconds": float(np.median(done)) if done else math.nan,
        "replace_first_seconds": first,
    }


def _first(scene: Scene) -> tuple[float, bool]:
    """Time one edit by models that are not there yet."""
    models.clear()
    return _timed(scene)


def _timed(scene: Scene) -> tuple[float, bool]:
    """Return the seconds of one edit, and whether there was something to replace."""
    random = Random(scene.seed)
    wanted = f"{random.choice(list(world.COLOURS))} {random.choice(world.SHAPES)}"
    start = perf_counter()
    edited = operations.replace(
        scene.photo,
        Text(article(scene.things[0].name)),
        article(wanted),
        profile="mini",
        on_empty="copy",
    )
    return perf_counter() - start, edited.state == "done"
