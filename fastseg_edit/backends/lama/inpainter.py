"""The inpainter for removing things where structure has to be continued."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import cv2
import numpy as np
import torch

from fastseg_edit.backends import devices
from fastseg_edit.backends.lama.weights import load
from fastseg_edit.errors import ModelError
from fastseg_edit.options import Checked, Help

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.protocols import Hole

_LEAST_SIDE = 16  # half of it at an eighth of the resolution is the least that can be mirrored


@dataclass(frozen=True)
class Lama(Checked):
    """Removes things: continues what surrounds a hole, in one pass and without random numbers.

    Every layer sees the whole window through its spectrum, so stripes, bricks and other things
    that repeat are carried across wide holes. It invents no object.

    Any window will do. lama-mini was trained on windows of 64 to 128 pixels and measured on
    those of 170 to 256, which it fills better as they are than scaled down.

    Args:
        weights: Name in the catalogue, or a folder, or a TorchScript file such as big-lama's.
        device: "auto", "cpu", "cuda" or "cuda:N".

    References:
        Suvorov et al. Resolution-robust large mask inpainting with Fourier convolutions.
        WACV 2022. arXiv:2109.07161
    """

    native: ClassVar = None
    multiple: ClassVar = 8
    context: ClassVar = "100%"

    weights: Annotated[str, Help("Name in the catalogue, folder or TorchScript file.")] = (
        "lama-mini"
    )
    device: str = "auto"

    @cached_property
    def network(self) -> nn.Module:
        """The network, loaded on first use."""
        return load(self.weights).to(devices.of(self.device))

    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Fill the hole.

        Args:
            hole: Photo and mask of any size; the caption must be empty. What is to be avoided is
                not looked at, as if it were part of the hole.

        Returns:
            (H, W, 3) uint8. Equal to the photo outside the mask. Same hole, same picture.

        Raises:
            ModelError: If there is a caption, or the weights are missing or not those of LaMa.
        """
        if hole.caption:
            raise ModelError(
                "E_MODEL_MISSING",
                f"LaMa removes and cannot paint words, got {hole.caption!r}",
                "Leave the words out, or pip install 'fastseg-edit[diffusion]'.",
            )
        unseen = hole.mask if hole.avoid is None else hole.mask | hole.avoid
        device = devices.of(self.device)
        image = _tensor(hole.image).to(device)
        mask = _tensor(unseen.astype(np.uint8)[..., None]).to(device)
        with torch.inference_mode():
            painted: Tensor = self.network(image / 255, mask)
        height, width = hole.mask.shape
        levels = painted[0, :, :height, :width].permute(1, 2, 0).clamp(0, 1).cpu().numpy() * 255
        result = hole.image.copy()
        result[hole.mask] = np.rint(levels).astype(np.uint8)[hole.mask]
        return result


def _tensor(array: NDArray[np.uint8]) -> Tensor:
    """Return (H, W, C) as (1, C, H', W'), mirrored to sides that the network can halve."""
    height, width = array.shape[:2]
    below, beside = (_padding(side) for side in (height, width))
    padded: Any = cv2.copyMakeBorder(array, 0, below, 0, beside, cv2.BORDER_REFLECT_101)
    return (
        torch.from_numpy(padded.reshape(1, height + below, width + beside, -1))
        .permute(0, 3, 1, 2)
        .float()
    )


def _padding(side: int) -> int:
    return max(-(-side // Lama.multiple) * Lama.multiple, _LEAST_SIDE) - side
