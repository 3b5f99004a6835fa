"""Takes away the steps in colour between copied pieces, and at the hole's rim."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastseg_edit.backends.exemplar.labels import neighbour, pairs
from fastseg_edit.ops.poisson import solve

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.backends.exemplar.labels import Region
    from fastseg_edit.backends.exemplar.patches import FloatArray, IndexArray


class _Steps(NamedTuple):
    """Neighbours in the region and by how much their difference is to change."""

    first: IndexArray
    second: IndexArray
    size: FloatArray


def corrected(region: Region, source: IndexArray, limit: float) -> ImageArray:
    """Copy pixels and blend the copies by Poisson's equation [1].

    Wanted is the picture in which neighbours differ as their sources' neighbours do. The copy is
    that already but for where two labels meet, so only the correction is solved for. Its steps
    are limited: without a limit the figures are better, but colours bleed far into the hole
    where its rim is an edge of the scene and not a seam.

    Args:
        region: Where the hole is.
        source: (h, w) Flat index in the photo of each pixel's source.
        limit: Largest step to take away, in levels of 0 to 255; 0 copies only.

    Returns:
        (h, w, 3) uint8. Equal to the photo outside the hole.

    References:
        [1] Pérez, Gangnet, Blake. Poisson image editing. SIGGRAPH 2003.
            doi:10.1145/882262.882269
    """
    copied = region.image.reshape(-1, 3)[source]
    if limit == 0:
        return copied
    hole = region.hole
    steps = [_steps(region, source, axis, limit) for axis in (0, 1)]
    blended = copied.copy()
    for channel in range(3):
        pull = _pull(steps, channel, hole)
        exact = copied[hole, channel] + solve(pull, hole)[hole]
        blended[hole, channel] = np.clip(exact + 0.5, 0, 255).astype(np.uint8)
    return blended


def _pull(steps: list[_Steps], channel: int, hole: MaskArray) -> FloatArray:
    pull = np.zeros(hole.shape, np.float32)
    for first, second, size in steps:  # a pixel is first in one pair of a direction at most
        pull.ravel()[first] -= size[:, channel]
        pull.ravel()[second] += size[:, channel]
    return pull * hole


def _steps(region: Region, source: IndexArray, axis: int, limit: float) -> _Steps:
    first, second = pairs(region, source, axis)
    pixels = region.image.reshape(-1, 3)
    start, end = source.ravel()[first], source.ravel()[second]
    wanted = np.zeros((len(first), 3), np.float32)
    count = np.zeros((len(first), 1), np.float32)
    for place, ahead in ((start, 1), (end, -1)):
        there, known = neighbour(region, place, ahead * (1 - axis), ahead * axis)
        difference = pixels[there].astype(np.float32) - pixels[place]
        wanted += difference * (ahead * known)[:, None]
        count += known[:, None]
    present = pixels[end].astype(np.float32) - pixels[start]
    missing = wanted / np.maximum(count, 1) - present
    return _Steps(first, second, np.clip(missing, -limit, limit))
