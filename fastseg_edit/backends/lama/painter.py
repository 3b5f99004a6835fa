"""A network at work on pictures: tensors in and out, several at once, and what it may break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch

from fastseg_edit.backends import shortage
from fastseg_edit.backends.lama.network import Generator
from fastseg_edit.backends.lama.refine import refined
from fastseg_edit.errors import FastsegError, ModelError, ResourceError, SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from fastseg_edit.arrays import ImageArray, MaskArray

    Picture: TypeAlias = tuple[ImageArray, MaskArray]

MULTIPLE = 8  # sides are halved three times

_LEAST_SIDE = 16  # half of it at an eighth of the resolution is the least that can be mirrored
_CACHED = 1 << 16  # pixels of a batch beyond which a processor is slower than one by one


@dataclass(frozen=True, eq=False)
class Painter:
    """Paints holes with a network.

    Attributes:
        network: Takes a picture and a mask, and returns a picture.
        device: Where it lies.
        pixels: How many of them go through the network at once, at most.
    """

    network: nn.Module
    device: torch.device
    pixels: int

    def many(self, pictures: Sequence[Picture]) -> list[ImageArray | FastsegError]:
        """Paint holes in pictures of one size.

        Args:
            pictures: Images (H, W, 3) uint8 and masks (H, W) bool of their holes.

        Returns:
            (H, W, 3) uint8, equal to the image outside the mask. In the place of one that came
            out as no numbers, the error.
        """
        if not pictures:
            return []
        most = min(self.pixels, _CACHED) if self.device.type == "cpu" else self.pixels
        count = max(most // pictures[0][1].size, 1)
        batches = (pictures[start : start + count] for start in range(0, len(pictures), count))
        return [outcome for batch in batches for outcome in self._batch(batch)]

    def one(self, image: ImageArray, mask: MaskArray) -> ImageArray:
        """Paint a hole in one picture.

        Raises:
            FastsegError: With E_MODEL_OUTPUT or E_MEMORY.
        """
        [outcome] = self.many([(image, mask)])
        if isinstance(outcome, FastsegError):
            raise outcome
        return outcome

    def refined(self, image: ImageArray, mask: MaskArray, scale: float, steps: int) -> ImageArray:
        """Paint a hole so that it agrees with a draft, see `refine.refined`.

        Args:
            image: (H, W, 3) uint8, with the draft in the hole.
            mask: (H, W) bool.
            scale: At which they have to agree, below 1.
            steps: Steps of gradient descent, at least 1.

        Raises:
            SpecError: With E_SPEC, if the network is a program whose layers are not known.
            ModelError: With E_MODEL_OUTPUT, if no numbers came out.
            ResourceError: With E_MEMORY, if the device has not enough of it.
        """
        if not isinstance(self.network, Generator):
            raise SpecError(
                "E_SPEC",
                "refine needs the layers of LaMa, and this TorchScript file has others",
                "Leave refine out, or give the weights as safetensors.",
            )
        try:
            inputs = self._tensors([(image, mask)])
            height, width = inputs[0].shape[-2:]
            size = (max(round(height * scale), 1), max(round(width * scale), 1))
            [outcome] = _pictures(refined(self.network, inputs, size, steps), [(image, mask)])
        except shortage.ERRORS as error:
            if not shortage.short(error):
                raise
            raise _no_memory(mask) from error
        if isinstance(outcome, FastsegError):
            raise outcome
        return outcome

    def _batch(self, pictures: Sequence[Picture]) -> list[ImageArray | FastsegError]:
        """Paint at once; half by half where memory does not suffice."""
        try:
            with torch.inference_mode():
                return _pictures(self.network(*self._tensors(pictures)), pictures)
        except shortage.ERRORS as error:
            if not shortage.short(error):
                raise
            if len(pictures) == 1:
                return [_no_memory(pictures[0][1])]
        half = len(pictures) // 2
        return [*self._batch(pictures[:half]), *self._batch(pictures[half:])]

    def _tensors(self, pictures: Sequence[Picture]) -> tuple[Tensor, Tensor]:
        images, masks = zip(*pictures, strict=True)
        holes = [mask.astype(np.uint8)[..., None] for mask in masks]
        image, mask = (
            torch.cat([_tensor(each) for each in arrays]).to(self.device)
            for arrays in (images, holes)
        )
        return image / 255, mask


def _pictures(painted: Tensor, pictures: Sequence[Picture]) -> list[ImageArray | FastsegError]:
    """Return (N, 3, H', W') in [0, 1] as pictures, cut to their sizes."""
    return [
        _picture(each, image, mask) for each, (image, mask) in zip(painted, pictures, strict=True)
    ]


def _picture(painted: Tensor, image: ImageArray, mask: MaskArray) -> ImageArray | FastsegError:
    height, width = mask.shape
    levels = painted[:, :height, :width].permute(1, 2, 0).float().cpu().numpy()
    if not np.isfinite(levels).all():
        message = "LaMa painted something that is no number, so nothing is kept of it"
        return ModelError("E_MODEL_OUTPUT", message, "Look whether its weights are damaged.")
    result = image.copy()
    result[mask] = np.rint(levels[mask].clip(0, 1) * 255).astype(np.uint8)
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
    return max(-(-side // MULTIPLE) * MULTIPLE, _LEAST_SIDE) - side


def _no_memory(mask: MaskArray) -> ResourceError:
    height, width = mask.shape
    return ResourceError(
        "E_MEMORY",
        f"LaMa has not enough memory for a window of {width}x{height} pixels",
        "Lower its option largest, or say --device cpu if it was a GPU.",
    )
