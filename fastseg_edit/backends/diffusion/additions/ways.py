"""How each family of models takes a ControlNet: what diffusers calls both, and what has to fit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import diffusers

from fastseg_edit.backends.diffusion.additions.steady import SteadyQwenImage, SteadySD3

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.backends.diffusion.loading.families import Family

NONE: Mapping[str, Any] = MappingProxyType({})

CONDITIONS = ("regions", "inpaint", "canny", "depth", "tile")
"""What a ControlNet may read."""


@dataclass(frozen=True)
class Way:
    """How a family of models takes a ControlNet [1].

    Attributes:
        pipeline: The class of diffusers that paints holes with both.
        network: The class of the ControlNet.
        alike: What the configurations of both networks have to say alike.
        stated: What else the configuration of the ControlNet has to say.
        conditions: Those that the pipeline can show to it.
        loads: Further arguments of the pipeline.
        alone: True if the pipeline sees the photo through the ControlNet only. Then the photo and
            the mask go in as that one's picture.
        draws: True if the pipeline always starts from noise alone.
        ends: True if it can be let go before the last step.
        several: True if there may be several at once.
        looks: True if a reference picture can be used with it.

    References:
        [1] Zhang, Rao, Agrawala. Adding conditional control to text-to-image diffusion models.
            ICCV 2023. arXiv:2302.05543
    """

    pipeline: Any
    network: Any
    alike: tuple[str, ...]
    stated: Mapping[str, Any] = field(default_factory=lambda: NONE)
    conditions: tuple[str, ...] = CONDITIONS
    loads: Mapping[str, Any] = field(default_factory=lambda: NONE)
    alone: bool = False
    draws: bool = False
    ends: bool = True
    several: bool = True
    looks: bool = False

    def changed(self, family: Family) -> Family:
        """Return a family as it is once there is a ControlNet."""
        return replace(family, strength=None) if self.draws else family


_ATTENTION = ("num_attention_heads", "attention_head_dim", "joint_attention_dim", "in_channels")
_UNET = Way(
    diffusers.StableDiffusionControlNetInpaintPipeline,
    diffusers.ControlNetModel,
    ("cross_attention_dim", "block_out_channels", "addition_embed_type"),
    {"in_channels": 4},
    loads={"requires_safety_checker": False},
    looks=True,
)
_ALONE = Way(
    SteadySD3,
    diffusers.SD3ControlNetModel,
    _ATTENTION,
    {"extra_conditioning_channels": 1},
    ("inpaint",),
    alone=True,
    draws=True,
    several=False,
)

WAYS = {
    "sd15": _UNET,
    "sd2": _UNET,
    "sdxl": replace(
        _UNET,
        pipeline=diffusers.StableDiffusionXLControlNetInpaintPipeline,
        loads={"add_watermarker": False},
    ),
    "sd3": _ALONE,
    "flux-inpaint": Way(
        diffusers.FluxControlNetInpaintPipeline,
        diffusers.FluxControlNetModel,
        _ATTENTION,
        conditions=("canny", "depth", "tile"),
        several=False,  # diffusers would take them for one hole at a time only
    ),
    "qwen-image": replace(
        _ALONE,
        pipeline=SteadyQwenImage,
        network=diffusers.QwenImageControlNetModel,
        stated={"extra_condition_channels": 4},
    ),
    "z-image": Way(
        diffusers.ZImageControlNetInpaintPipeline,
        diffusers.ZImageControlNetModel,
        ("dim", "n_heads"),
        {"control_in_dim": 33},
        ("canny", "depth"),
        draws=True,
        ends=False,
        several=False,
    ),
}
"""How each family takes one. The others take none."""


def family_of(settings: Mapping[str, Any]) -> str:
    """Return the family that a ControlNet was made for, by its configuration.

    Returns:
        A name of `WAYS`; "" if it is no ControlNet that can be used.
    """
    title = settings.get("_class_name")
    kin = [name for name, way in WAYS.items() if way.network.__name__ == title]
    if len(kin) < 2:
        return kin[0] if kin else ""
    if settings.get("addition_embed_type") == "text_time":
        return "sdxl"
    return "sd2" if settings.get("use_linear_projection") else "sd15"
