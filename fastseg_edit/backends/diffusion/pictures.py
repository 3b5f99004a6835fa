"""Windows and masks as a diffusers pipeline takes them, and what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

    from fastseg_edit.arrays import ImageArray


def kept(mask: Tensor, cell: int) -> Tensor:
    """Widen a mask where it is so thin that the network would not see it.

    Diffusers takes every `cell`-th pixel of a mask, so a thin line can vanish between them. Cells
    that hold masked pixels, with no cell seen to do so beside them, are masked as a whole.

    Args:
        mask: (1, 1, H, W) float32 of 0 and 1, sides multiples of `cell`.
        cell: Pixels of a latent, each way.
    """
    seen = functional.max_pool2d(mask[..., ::cell, ::cell], 3, 1, 1)
    lost = functional.max_pool2d(mask, cell) * (1 - seen)
    return torch.maximum(mask, functional.interpolate(lost, scale_factor=cell))


def tensor(picture: Any) -> Tensor:
    """Return (1, C, H, W) float32 from (H, W, C)."""
    return torch.from_numpy(np.ascontiguousarray(picture, np.float32)).permute(2, 0, 1)[None]


def pixels(painted: Any) -> ImageArray:
    """Return (H, W, 3) uint8 from a painted (H, W, 3) of 0 to 1.

    Raises:
        ModelError: With E_MODEL_OUTPUT, if it is not a number everywhere.
    """
    if not np.isfinite(painted).all():
        message = "the diffusion model returned values that are not numbers"
        raise ModelError("E_MODEL_OUTPUT", message, "Try another seed, or fewer steps.")
    picture: ImageArray = np.rint(painted * 255).astype(np.uint8)
    return picture
