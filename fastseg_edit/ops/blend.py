"""Two photos put together through a mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray


def composite(under: ImageArray, over: ImageArray, mask: MaskArray, feather: float) -> ImageArray:
    """Lay one photo over another where the mask is True.

    The fade lies inside the mask, so that not one pixel outside it changes. It starts at the rim,
    not at the border of the photo, where there is nothing to fade into.

    Args:
        under: (H, W, 3) uint8. Kept, to the bit, wherever the mask is False.
        over: (H, W, 3) uint8.
        mask: (H, W) bool.
        feather: Pixels over which `over` fades out towards the rim, at least 0. 0 for a hard edge.

    Returns:
        (H, W, 3) uint8, a new array. `over`, to the bit, deeper than `feather` inside the mask.
    """
    if feather < 0:
        raise ValueError(f"feather must be at least 0, got {feather}")
    result = under.copy()
    part = morphology.neighbourhood(mask, 1)
    inside = mask[part]
    if feather == 0:
        result[part][inside] = over[part][inside]
        return result
    depth = morphology.depth(mask[part])[inside, None]
    alpha = np.minimum(depth / np.float32(feather + 1), 1)
    mixed = over[part][inside] * alpha + under[part][inside] * (1 - alpha)
    result[part][inside] = np.rint(mixed).astype(np.uint8)
    return result


def layered(
    under: ImageArray, over: ImageArray, mask: MaskArray, alpha: NDArray[np.float32]
) -> ImageArray:
    """Lay a photo of known opacity over another one, where the mask is True.

    Args:
        under: (H, W, 3) uint8. Kept, to the bit, wherever the mask is False or `alpha` is 0.
        over: (H, W, 3) uint8.
        mask: (H, W) bool.
        alpha: (H, W) float32 in [0, 1]. How much of `over` shows.

    Returns:
        (H, W, 3) uint8, a new array.

    References:
        Porter, Duff. Compositing digital images. SIGGRAPH 1984. doi:10.1145/800031.808606
    """
    result = under.copy()
    part = morphology.neighbourhood(mask, 0)
    shown = mask[part] & (alpha[part] > 0)
    share = alpha[part][shown, None]
    mixed = over[part][shown] * share + under[part][shown] * (1 - share)
    result[part][shown] = np.rint(mixed).astype(np.uint8)
    return result
