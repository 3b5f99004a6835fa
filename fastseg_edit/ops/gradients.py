"""Two photos put together in the domain of gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.ops import poisson, steps

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.ops.poisson import FloatArray

_CYCLES = 4


def blended(under: ImageArray, over: ImageArray, mask: MaskArray) -> ImageArray:
    """Lay one photo over another where the mask is True, so that no step is left at the border.

    Inside the mask the gradients of `over` are kept, and its colours are shifted, smoothly, to meet
    the rim [1]. Steps count up to `steps.LIMIT`.

    Args:
        under: (H, W, 3) uint8. Kept, to the bit, wherever the mask is False; does not count where
            it is True.
        over: (H, W, 3) uint8. Does not count where the mask is False.
        mask: (H, W) bool.

    Returns:
        (H, W, 3) uint8, a new array. `over` under the mask if the mask has no border.

    References:
        [1] Pérez, Gangnet, Blake. Poisson image editing. SIGGRAPH 2003.
            doi:10.1145/882262.882269
    """
    return steps.mended(under, over, mask, _shift)


def _shift(mixed: FloatArray, inside: MaskArray) -> FloatArray:
    pull = steps.across(mixed, inside).total
    channels = (np.ascontiguousarray(pull[..., channel]) for channel in range(3))
    return np.dstack([poisson.solve(channel, inside, _CYCLES) for channel in channels])
