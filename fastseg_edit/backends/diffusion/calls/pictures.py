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
    from fastseg_edit.protocols import Hole

_ALIKE = 16
"""Levels between the pixels of surroundings that a model may well paint as one colour."""


def kept(mask: Tensor, cell: int) -> Tensor:
    """Widen a mask where it is so thin that the network would not see it.

    Diffusers takes every `cell`-th pixel of a mask, so a thin line can vanish between them. Cells
    that hold masked pixels, with no cell seen to do so beside them, are masked as a whole.

    Args:
        mask: (N, 1, H, W) float32 of 0 and 1, sides multiples of `cell`.
        cell: Pixels of a latent, each way.
    """
    seen = functional.max_pool2d(mask[..., ::cell, ::cell], 3, 1, 1)
    lost = functional.max_pool2d(mask, cell) * (1 - seen)
    return torch.maximum(mask, functional.interpolate(lost, scale_factor=cell))


def tensor(pictures: Any) -> Tensor:
    """Return (N, C, H, W) float32 from (N, H, W, C), or from one (H, W, C)."""
    rows = torch.from_numpy(np.asarray(pictures, np.float32)).movedim(-1, -3).contiguous()
    return rows if rows.ndim == 4 else rows[None]


def check(painted: Any, hole: Hole, blanked: bool = False) -> None:
    """Refuse what is no picture of a hole and its surroundings.

    Args:
        painted: (H, W, 3) float of 0 to 1.
        hole: What was to be painted.
        blanked: True if the model says itself that it replaced the picture.

    Raises:
        ModelError: With E_MODEL_OUTPUT, if it is not a number everywhere, or one colour everywhere
            though the surroundings are not.
    """
    if not np.isfinite(painted).all():
        message = "the diffusion model returned values that are not numbers"
        raise ModelError("E_MODEL_OUTPUT", message, "Try another seed, or dtype=float32.")
    seen = hole.image[~hole.mask]
    varied = seen.size and np.ptp(seen, axis=0).max() > _ALIKE
    if blanked or (varied and (painted == painted[:1, :1]).all()):
        message = "the diffusion model returned a blank picture, as a safety checker does"
        raise ModelError("E_MODEL_OUTPUT", message, "Try another seed, or another caption.")


def pixels(painted: Any) -> ImageArray:
    """Return (H, W, 3) uint8 from a painted (H, W, 3) of 0 to 1."""
    picture: ImageArray = np.rint(painted * 255).astype(np.uint8)
    return picture
