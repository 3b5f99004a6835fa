"""Pipelines of diffusers that draw from torch's own generator, made to obey their seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import diffusers
import torch

if TYPE_CHECKING:
    from torch import Tensor


class _Steady:
    """Encodes what a ControlNet is shown one picture after the other, and each in the same way.

    Diffusers samples the encoded picture with nobody's seed, so that a hole would be painted
    otherwise each time, and otherwise in company.
    """

    def prepare_image_with_mask(
        self, image: Tensor, mask: Tensor, do_classifier_free_guidance: bool = False, **more: Any
    ) -> Tensor:
        """Return what the ControlNet reads, as diffusers does.

        Args:
            image: (B, 3, H, W) from -1 to 1.
            mask: (B, 1, H, W) of 0 and 1.
            do_classifier_free_guidance: True to return everything twice.
            more: Further arguments, which diffusers gives.
        """
        encode: Any = super().prepare_image_with_mask  # type: ignore[misc]
        single = more | {"batch_size": 1, "num_images_per_prompt": 1}
        device = torch.device(more["device"])
        each = []
        for picture, hidden in zip(torch.split(image, 1), torch.split(mask, 1), strict=True):
            with torch.random.fork_rng([device] if device.type == "cuda" else []):
                torch.manual_seed(0)
                each.append(encode(image=picture, mask=hidden, **single))
        return torch.cat(each * (2 if do_classifier_free_guidance else 1))


class SteadySD3(_Steady, diffusers.StableDiffusion3ControlNetInpaintingPipeline):
    """Paints holes with Stable Diffusion 3 and a ControlNet."""


class SteadyQwenImage(_Steady, diffusers.QwenImageControlNetInpaintPipeline):
    """Paints holes with Qwen-Image and a ControlNet."""
