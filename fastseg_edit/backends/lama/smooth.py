"""A smooth fill, in one pass over a pyramid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


def filled(known: Tensor, mask: Tensor) -> Tensor:
    """Fill holes with the mean of what surrounds them, at the finest scale that knows any.

    Pull and push [1]: means of the known pixels are taken over ever larger squares, and each
    unknown pixel gets the value that the next coarser level has, interpolated.

    Args:
        known: (N, C, H, W), 0 in the hole.
        mask: (N, 1, H, W) of 0 and 1, which marks the hole.

    Returns:
        (N, C, H, W). Equal to `known` outside the hole; 0 if nothing is known.

    References:
        [1] Gortler, Grzeszczuk, Szeliski, Cohen. The lumigraph. SIGGRAPH 1996.
            doi:10.1145/237170.237200
    """
    return _pushed(known, 1 - mask)


def _pushed(weighted: Tensor, weight: Tensor) -> Tensor:
    """Return colours everywhere, from colours times weights of 0 to 1, and the weights."""
    height, width = weight.shape[-2:]
    if max(height, width) == 1:
        return weighted / weight.clamp(min=1e-6)
    coarse_weight = functional.avg_pool2d(weight, 2, ceil_mode=True, count_include_pad=False)
    coarse = functional.avg_pool2d(weighted, 2, ceil_mode=True, count_include_pad=False)
    # One known pixel of four is as sure as all four: only squares without any need the next level.
    scale = (4 * coarse_weight).clamp(max=1) / coarse_weight.clamp(min=1e-6)
    below = _pushed(coarse * scale, coarse_weight * scale)
    raised = functional.interpolate(below, (height, width), mode="bilinear", align_corners=False)
    return weighted + raised * (1 - weight)
