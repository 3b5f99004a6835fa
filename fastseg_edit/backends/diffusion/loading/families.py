"""The families of diffusion models that can paint a hole: what diffusers calls them, and how.

Every row is tried with its real classes, small and with random weights.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from inspect import signature
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import diffusers
import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE: Mapping[str, Any] = MappingProxyType({})
_UNET, _SD3, _FLUX = "UNet2DConditionModel", "SD3Transformer2DModel", "FluxTransformer2DModel"
_QWEN, _ZIMAGE = "QwenImageTransformer2DModel", "ZImageTransformer2DModel"


@dataclass(frozen=True)
class Family:
    """One family of models, and how it is asked to paint a hole.

    Attributes:
        name: What it is called here.
        pipeline: The class of diffusers that paints holes with it.
        titles: The classes that a checkpoint of it may name in its `model_index.json`.
        network: The class of the network that takes the noise away.
        holes: Channels that the network reads if it was trained to paint holes: it sees the mask
            and the surroundings. None if there is no such checkpoint.
        whole: Channels if it was trained on whole pictures only. Then the surroundings are put
            back, with noise, after every step [1]. None if diffusers cannot use it this way.
        marks: What else its network's configuration says, to tell it from kin of the same class.
        native: Side in pixels, where the network's configuration does not say it.
        steps: Denoising steps, if nothing else is said.
        guidance: Weight of the caption, if nothing else is said.
        strength: How much noise to start from, if nothing else is said; None if diffusers always
            starts from noise alone.
        weighs: The argument that `guidance` goes in as.
        compares: True if guidance compares with a second, negative caption [2]; False if the
            network has learned to read the number, and there is no negative caption.
        unguided: The guidance at which the caption counts as it was learned, and no comparison
            is made.
        blank: The negative caption without which diffusers would leave guidance out.
        dtype: Precision on a GPU.
        half: True if float16 works.
        reader: The component that splits the caption for the encoder with the longest view.
        spares: Components that a checkpoint may leave out.
        reads: Tokens that this encoder takes, if its tokenizer does not say less.
        cell: Where the pipeline keeps the pixels of a latent.
        sliced: True if its attention can be computed in slices.
        tiled: True if its pictures can be encoded and decoded in tiles.
        signed: True if pictures go in as -1 to 1, and not as 0 to 1.
        flows: True if it is trained by flow matching, which has schedulers of its own.
        together: False if diffusers cannot paint different holes in one call.
        loads: Further arguments for loading. A safety checker is never loaded: it blackens
            pictures by mistake, and a black hole is no result.
        licence: Of the weights that were published, as their model cards name it.

    References:
        [1] Lugmayr et al. RePaint. CVPR 2022. arXiv:2201.09865
        [2] Ho, Salimans. Classifier-free diffusion guidance. 2022. arXiv:2207.12598
    """

    name: str
    pipeline: Any
    titles: tuple[str, ...]
    network: str
    holes: int | None
    whole: int | None
    licence: str
    native: int = 1024
    steps: int = 30
    guidance: float = 7.5
    marks: Mapping[str, Any] = field(default_factory=lambda: NONE)
    strength: float | None = 1.0
    weighs: str = "guidance_scale"
    compares: bool = True
    unguided: float = 1.0
    blank: str | None = None
    dtype: torch.dtype = torch.bfloat16
    half: bool = True
    reader: str = "tokenizer"
    spares: tuple[str, ...] = ()
    reads: int = 77
    cell: str = "vae_scale_factor"
    sliced: bool = False
    tiled: bool = True
    signed: bool = False
    flows: bool = True
    together: bool = True
    loads: Mapping[str, Any] = field(default_factory=lambda: NONE)

    @property
    def components(self) -> list[str]:
        """What a checkpoint of it has to hold."""
        arguments = list(signature(self.pipeline.__init__).parameters.values())[1:]
        needed = [one.name for one in arguments if one.default is one.empty]
        return [name for name in needed if name not in (*self.loads, *self.spares)]

    @property
    def part(self) -> str:
        """The component that is the network."""
        return "unet" if self.network == _UNET else "transformer"


def _titles(stem: str, *kinds: str) -> tuple[str, ...]:
    return tuple(f"{stem}{kind}Pipeline" for kind in ("", "Img2Img", "Inpaint", *kinds))


_SD_LOADS = MappingProxyType(
    {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
)
_UNETS: dict[str, Any] = {
    "network": _UNET,
    "holes": 9,
    "whole": 4,
    "dtype": torch.float16,
    "sliced": True,
    "flows": False,
}
_SD: dict[str, Any] = _UNETS | {
    "pipeline": diffusers.StableDiffusionInpaintPipeline,
    "titles": _titles("StableDiffusion"),
    "native": 512,
    "loads": _SD_LOADS,
}
_QWENS: dict[str, Any] = {
    "network": _QWEN,
    "holes": None,
    "whole": 64,
    "licence": "apache-2.0",
    "steps": 50,
    "guidance": 4.0,
    "weighs": "true_cfg_scale",
    "blank": " ",
    "reads": 512,
}

FAMILIES = (
    Family("sd2", marks={"use_linear_projection": True}, licence="openrail++", **_SD),
    Family("sd15", licence="creativeml-openrail-m", **_SD),
    Family(
        "sdxl",
        diffusers.StableDiffusionXLInpaintPipeline,
        _titles("StableDiffusionXL"),
        licence="openrail++",
        strength=0.99,  # at 1 the published inpainting weights paint blurred, says their card
        reader="tokenizer_2",
        spares=("text_encoder", "tokenizer"),
        loads=MappingProxyType({"add_watermarker": False}),  # it would change every pixel
        **_UNETS,
    ),
    Family(
        "kandinsky22",
        diffusers.KandinskyV22InpaintCombinedPipeline,
        ("KandinskyV22InpaintCombinedPipeline",),
        licence="apache-2.0",
        native=512,
        steps=50,
        guidance=4.0,
        strength=None,
        reader="prior_tokenizer",
        cell="decoder_pipe.movq_scale_factor",
        tiled=False,
        signed=True,
        together=False,  # it puts the surroundings of the first hole into all of them
        **_UNETS | {"whole": None},
    ),
    Family(
        "sd3",
        diffusers.StableDiffusion3InpaintPipeline,
        _titles("StableDiffusion3"),
        _SD3,
        holes=33,
        whole=16,
        licence="stabilityai-ai-community",
        steps=28,
        guidance=7.0,
        reader="tokenizer_3",
        spares=("text_encoder_3", "tokenizer_3"),
        reads=256,
    ),
    Family(
        "flux-fill",
        diffusers.FluxFillPipeline,
        _titles("Flux", "Fill"),
        _FLUX,
        holes=384,
        whole=None,
        licence="flux-1-dev-non-commercial-license",
        steps=50,
        guidance=30.0,
        compares=False,
        reader="tokenizer_2",
        reads=512,
    ),
    Family(
        "flux-inpaint",
        diffusers.FluxInpaintPipeline,
        _titles("Flux", "Fill"),
        _FLUX,
        holes=None,
        whole=64,
        licence="flux-1-dev-non-commercial-license, or apache-2.0 for schnell",
        steps=28,
        guidance=3.5,
        compares=False,
        reader="tokenizer_2",
        reads=512,
    ),
    Family("qwen-image", diffusers.QwenImageInpaintPipeline, _titles("QwenImage"), **_QWENS),
    Family(
        "z-image",
        diffusers.ZImageInpaintPipeline,
        _titles("ZImage"),
        _ZIMAGE,
        holes=None,
        whole=16,
        licence="apache-2.0",
        steps=9,  # of Z-Image-Turbo, which needs no guidance
        guidance=0.0,
        unguided=0.0,  # it adds the difference to the caption's side, and others to the other one
        half=False,
        reads=496,  # of 512, the rest of which is the frame of a chat
    ),
)
"""Every family. Where two would do, the first one is taken."""

UNUSED = {
    "KandinskyV22InpaintPipeline": "it is the decoder alone, and the prior that reads the caption "
    "belongs beside it, as KandinskyV22InpaintCombinedPipeline saves them",
    "QwenImageEditPipeline": "diffusers paints with it at a size of its own only",
    "QwenImageEditInpaintPipeline": "diffusers paints with it at a size of its own only",
}
"""Checkpoints that are near to a family and cannot be used, and why."""
