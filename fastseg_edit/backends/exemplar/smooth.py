"""A fill without texture, for holes that leave nothing to copy from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.ops.poisson import membrane

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.backends.exemplar.patches import FloatArray

_GREY = 128


def harmonic(image: ImageArray, mask: MaskArray, avoid: MaskArray) -> ImageArray:
    """Fill a hole with the smoothest surface that meets its rim (Laplace's equation).

    Args:
        image: (H, W, 3) uint8.
        mask: (H, W) bool.
        avoid: (H, W) bool. Its colours are not used either.

    Returns:
        (H, W, 3) uint8. Mid grey in the hole if nothing is left to start from.
    """
    unknown = mask | avoid
    filled = image.copy()
    for channel in range(3):
        surface = _surface(image[:, :, channel], unknown)
        filled[mask, channel] = np.clip(surface[mask] + 0.5, 0, 255).astype(np.uint8)
    return filled


def _surface(channel: ImageArray, unknown: MaskArray) -> FloatArray:
    if unknown.all():
        return np.full(channel.shape, _GREY, np.float32)
    return membrane(channel.astype(np.float32), unknown)
