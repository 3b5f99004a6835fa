"""How well lama-mini removes an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.mini.figures.removal import Removal

if TYPE_CHECKING:
    from collections.abc import Sequence


def measure(seeds: Sequence[int]) -> dict[str, float]:
    """Compare what is painted where an object was with what is really behind it.

    The scenes have default options, 1 to 6 objects, and 256 pixels a side. One object of each is
    removed; the mask is everything that it and its shadow touch, 3 pixels wider.

    Args:
        seeds: Of the scenes, one or more.

    Returns:
        `lama_removal_gain_db`: PSNR under the mask, less that of Telea's method on the same photo
        and mask, mean over the scenes. `lama_psnr_db` and `telea_psnr_db`: the two alone.
    """
    cases = [Removal.of(seed) for seed in seeds]
    ours = float(np.mean([case.psnr(case.filled({"name": "lama"})) for case in cases]))
    telea = float(np.mean([case.psnr(case.telea()) for case in cases]))
    return {
        "lama_removal_gain_db": ours - telea,
        "lama_psnr_db": ours,
        "telea_psnr_db": telea,
    }
