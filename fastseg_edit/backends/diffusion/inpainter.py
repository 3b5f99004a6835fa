"""The inpainter that paints what a caption says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import torch

from fastseg_edit import catalogue
from fastseg_edit.backends import devices
from fastseg_edit.backends.diffusion import schedulers
from fastseg_edit.backends.diffusion.additions import Additions
from fastseg_edit.backends.diffusion.pictures import kept, pixels, tensor
from fastseg_edit.backends.diffusion.pipeline import Painter
from fastseg_edit.backends.diffusion.setup import Setup
from fastseg_edit.errors import SpecError
from fastseg_edit.options import Range

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.protocols import Hole


@dataclass(frozen=True)
class Diffusion(Additions):
    """Paints what a caption says, or continues the surroundings, by latent diffusion [1].

    Args:
        weights: A name in the catalogue, or a folder in diffusers' layout.
        steps: Denoising steps. None for what suits the weights.
        guidance: How much more the caption counts than no caption [2]; 1 is as it was learned.
            None for what suits the weights.
        strength: How much noise to start from. 1 forgets what was there; less keeps some of it.
            None for what suits the weights.
        negative_caption: What should not be painted: guidance leads away from it.
        scheduler: How the noise is taken away, a name of `schedulers.SCHEDULERS`. None for what
            the weights were published with.
        device: "auto", "cpu", "cuda" or "cuda:N".
        dtype: "float32", "float16", "bfloat16", or "auto": single precision on a CPU, what suits
            the weights on a GPU.
        offload: What waits in main memory for its turn on the GPU: "none", whole components
            ("model") or single layers ("sequential", slow).
        attention_slicing: True to compute attention in slices: less memory, more time.
        vae_tiling: True to encode and decode in tiles, which saves memory above the native side.

    What can be added to the weights is said by keyword, and listed in `Additions`.

    Raises:
        ModelError: If the weights are missing or are not what they should be.
        SpecError: If there is no such scheduler.

    References:
        [1] Rombach et al. High-resolution image synthesis with latent diffusion models.
            CVPR 2022. arXiv:2112.10752
        [2] Ho, Salimans. Classifier-free diffusion guidance. 2022. arXiv:2207.12598
    """

    context: ClassVar = "30%"

    weights: str = "sd-mini"
    steps: Annotated[int, Range(1, 1000)] | None = None
    guidance: Annotated[float, Range(0)] | None = None
    strength: Annotated[float, Range(0, 1, beyond=True)] | None = None
    negative_caption: str = ""
    scheduler: str | None = None
    device: str = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    offload: Literal["none", "model", "sequential"] = "none"
    attention_slicing: bool = False
    vae_tiling: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.scheduler is not None:
            schedulers.known(self.scheduler)

    @property
    def native(self) -> int:
        """Side in pixels of the square that the network was made for."""
        return self.painter.native

    @property
    def multiple(self) -> int:
        """What both sides of a window are a multiple of."""
        return self.painter.multiple

    @property
    def follows(self) -> bool:
        """Whether the layout of a hole is kept to: with a ControlNet that reads regions."""
        return self.painter.follows

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the owner of a photo should know of the weights, one line each."""
        return self.painter.remarks

    @cached_property
    def painter(self) -> Painter:
        """The networks, loaded on first use."""
        setup = Setup(
            devices.of(self.device),
            self.dtype,
            self.scheduler,
            self.offload,
            self.attention_slicing,
            self.vae_tiling,
            avoids=bool(self.negative_caption),
            keeps=(self.strength or 1) < 1,
            compiles=self.compile,
            looks=self.reference is not None,
        )
        return Painter.load(catalogue.folder(self.weights), setup, self)

    @torch.inference_mode()
    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Return the window with the hole painted. Pixels outside it change a little, too.

        Raises:
            SpecError: With E_SPEC, if the family of the weights cannot do what is asked for, if
                strength times steps leaves no step, if guidance is too small for the negative
                caption to count, or if a caption is longer than what the text encoder reads.
            ModelError: With E_MODEL_MISSING, if the weights cannot be used; with E_MODEL_OUTPUT,
                if what comes out is not a number everywhere.
        """
        for caption in (hole.caption, self.negative_caption):
            self.painter.check_length(caption)
        image = hole.image / np.float32(255)
        arguments = {
            "prompt": hole.caption,
            "image": tensor(image * 2 - 1 if self.painter.family.signed else image),
            "mask_image": kept(tensor(hole.mask[..., None]), self.painter.cell),
            "height": hole.mask.shape[0],
            "width": hole.mask.shape[1],
            "generator": torch.Generator().manual_seed(hole.seed),
            "output_type": "np",
            **self._noise(hole.caption),
            **self._leading(hole.caption),
            **self.painter.arguments([hole]),
        }
        given = {name: value for name, value in arguments.items() if value is not None}
        return pixels(self.painter.pipeline(**given).images[0])

    def _noise(self, caption: str) -> dict[str, Any]:
        """Return the arguments that say how much noise is taken away, and in how many steps."""
        steps, usual = self._steps(caption), self.painter.family.strength
        if usual is None:
            return {"num_inference_steps": steps}
        strength = self.strength or (usual if int(steps * usual) else 1.0)
        if int(steps * strength) < 1:
            message = f"strength {strength} of {steps} steps leaves no step to paint in"
            raise SpecError("E_SPEC", message, "Raise the strength, or the number of steps.")
        return {"num_inference_steps": steps, "strength": strength}

    def _steps(self, caption: str) -> int:
        if self.steps is None:
            plain = None if caption else self.painter.plain_steps
            return plain or self.painter.steps
        return self.steps

    def _leading(self, caption: str) -> dict[str, Any]:
        """Return the arguments that say where the captions lead, and how strongly."""
        family, avoided = self.painter.family, self.negative_caption
        guidance = self.painter.guidance if self.guidance is None else self.guidance
        least = family.unguided
        if avoided and guidance <= least:
            message = f"a negative caption needs guidance above {least:g}, got {guidance:g}"
            raise SpecError("E_SPEC", message, "Raise it, or leave the negative caption out.")
        if family.compares and not caption and not avoided:
            guidance = least  # it would compare with the same: twice the work for no difference
        second = avoided or (family.blank if guidance > least else None)
        return {family.weighs: guidance} | ({"negative_prompt": second} if second else {})
