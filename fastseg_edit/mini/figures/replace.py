"""How long a whole edit takes, from words to the photo with something else in it."""

from __future__ import annotations

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
        seeds: Of the scenes. The first one is edited twice: with models that must be loaded, and
            with models that are there.

    Returns:
        `replace_seconds`: the median of an edit once the models are loaded, NaN if nothing was
        found in any scene. `replace_first_seconds`: the first edit, with reading the weights;
        importing their libraries counts too unless that was done before.
    """
    scenes = [world.draw(seed, SIDE, OPTIONS) for seed in seeds]
    models.clear()
    first, _ = _timed(scenes[0])
    timed = [_timed(scene) for scene in scenes]
    done = [seconds for seconds, found in timed if found]
    return {
        "replace_seconds": float(np.median(done)) if done else float("nan"),
        "replace_first_seconds": first,
    }


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
