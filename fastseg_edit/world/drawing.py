"""From a seed to a scene."""

from __future__ import annotations

from fastseg_edit.errors import SpecError
from fastseg_edit.world import backgrounds, seeds
from fastseg_edit.world.layers import layer
from fastseg_edit.world.options import Options
from fastseg_edit.world.planning import plan
from fastseg_edit.world.scene import Scene, locked

_DEFAULT = Options()
_LEAST_SIDE = 32  # below, the smallest objects cannot be told apart


def draw(seed: int, size: int | tuple[int, int] = 64, options: Options = _DEFAULT) -> Scene:
    """Draw a scene.

    The same seed and options give the same objects in the same places at every size of the same
    proportions; only grain and anti-aliasing differ.

    Args:
        seed: Any whole number. Take it from a `Split` where training and test must not meet.
        size: (height, width), or one number for both. At least 32.
        options: What it may hold.

    Raises:
        SpecError: With E_SPEC, if a side is too short.
    """
    height, width = (size, size) if isinstance(size, int) else size
    unit = min(height, width)
    if unit < _LEAST_SIDE:
        raise SpecError("E_SPEC", f"sides must be at least {_LEAST_SIDE}, got {height}x{width}")
    planned = plan(seed, (height / unit, width / unit), options)
    random = seeds.stream(seed, "pixels")
    plate = backgrounds.draw(planned.background, (height, width), random, options.texture)
    layers = tuple(
        layer(thing, planned.shadow, (height, width), random) for thing in planned.things
    )
    photo = plate.copy()
    for each in layers:
        each.paint(photo)
    return Scene(seed, locked(photo), locked(plate), planned.things, layers, planned.background)
