"""The inpainter that paints what a caption says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
import torch
from torch.nn import functional

from fastseg_edit import catalogue
from fastseg_edit.backends import devices
from fastseg_edit.backends.diffusion.pipeline import Painter
from fastseg_edit.errors import ModelError, SpecError
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from torch import Tensor

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.protocols import Hole


@dataclass(frozen=True)
class Diffusion(Checked):
    """Paints what a caption says, or continues the surroundings, by latent diffusion [1].

    Args:
        weights: A name in the catalogue, or a folder in diffusers' layout.
        steps: Denoising steps. None for what suits the weights.
        guidance: How much more the caption counts than no caption [2]; 1 is as it was learned.
            None for what suits the weights.
        strength: How much noise to start from. 1 forgets what was there; less keeps some of it.
        device: "auto", "cpu", "cuda" or "cuda:N".

    Raises:
        ModelError: If the weights are missing or are not what they should be.

    References:
        [1] Rombach et al. High-resolution image synthesis with latent diffusion models.
            CVPR 2022. arXiv:2112.10752
        [2] Ho, Salimans. Classifier-free diffusion guidance. 2022. arXiv:2207.12598
    """

    context: ClassVar = "30%"

    weights: str = "sd-mini"
    steps: Annotated[int, Range(1, 1000)] | None = None
    guidance: Annotated[float, Range(0)] | None = None
    strength: Annotated[float, Range(0, 1, beyond=True)] = 1.0
    device: str = "auto"

    @property
    def native(self) -> int:
        """Side in pixels of the square that the network was made for."""
        return self.painter.native

    @property
    def multiple(self) -> int:
        """What both sides of a window are a multiple of."""
        return self.painter.multiple

    @cached_property
    def painter(self) -> Painter:
        """The networks, loaded on first use."""
        return Painter.load(catalogue.folder(self.weights), devices.of(self.device))

    @torch.inference_mode()
    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Return the window with the hole painted. Pixels outside it change a little, too.

        Raises:
            SpecError: With E_SPEC, if strength times steps leaves no step, or if the caption is
                longer than what the text encoder reads.
            ModelError: With E_MODEL_OUTPUT, if what comes out is not a number everywhere.
        """
        self._check_length(hole.caption)
        steps = self._steps(hole.caption)
        if int(steps * self.strength) < 1:
            message = f"strength {self.strength} of {steps} steps leaves no step to paint in"
            raise SpecError("E_SPEC", message, "Raise the strength, or the number of steps.")
        painted = self.painter.pipeline(
            prompt=hole.caption,
            image=_tensor(hole.image / np.float32(255)),
            mask_image=kept(_tensor(hole.mask[..., None]), self.painter.cell),
            height=hole.mask.shape[0],
            width=hole.mask.shape[1],
            num_inference_steps=steps,
            guidance_scale=self._guidance(hole.caption),
            strength=self.strength,
            generator=torch.Generator().manual_seed(hole.seed),
            output_type="np",
        ).images[0]
        return _pixels(painted)

    def _steps(self, caption: str) -> int:
        if self.steps is None:
            plain = None if caption else self.painter.plain_steps
            return plain or self.painter.steps
        return self.steps

    def _guidance(self, caption: str) -> float:
        if not caption:  # guidance compares with no caption: twice the work for no difference
            return 1.0
        return self.painter.guidance if self.guidance is None else self.guidance

    def _check_length(self, caption: str) -> None:
        """Refuse a caption of which the encoder would read only a part."""
        tokenizer = self.painter.pipeline.tokenizer
        wanted, most = len(tokenizer(caption).input_ids), tokenizer.model_max_length
        if wanted > most:
            raise SpecError(
                "E_SPEC",
                f"the caption {caption[:60]!r}... has {wanted} tokens, and the model reads {most}",
                "Say it in fewer words.",
            )


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


def _tensor(picture: Any) -> Tensor:
    """Return (1, C, H, W) float32 from (H, W, C)."""
    return torch.from_numpy(np.ascontiguousarray(picture, np.float32)).permute(2, 0, 1)[None]


def _pixels(painted: Any) -> ImageArray:
    if not np.isfinite(painted).all():
        message = "the diffusion model returned values that are not numbers"
        raise ModelError("E_MODEL_OUTPUT", message, "Try another seed, or fewer steps.")
    picture: ImageArray = np.rint(painted * 255).astype(np.uint8)
    return picture
