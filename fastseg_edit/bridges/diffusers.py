"""Blocks for the modular pipelines of diffusers: one that selects, and one that puts back.

Any pipeline that takes `mask_image` can be told by words, clicks or boxes what to paint:

    blocks = StableDiffusionXLAutoBlocks()
    blocks.sub_blocks.insert("select", SelectBlock(), 0)
    blocks.sub_blocks["put_back"] = PutBackBlock()
    state = blocks.init_pipeline(folder)(image=photo, select="the dog", prompt="a fox")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from diffusers import modular_pipelines
from PIL import Image

from fastseg_edit import operations
from fastseg_edit.errors import SpecError
from fastseg_edit.ops import blend, length, morphology
from fastseg_edit.prompt import Prompt, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.ops.length import Length

_modular: Any = modular_pipelines  # its types do not hold
_IMAGE = _modular.InputParam("image", required=True, description="The photo, a PIL image.")


class SelectBlock(_modular.ModularPipelineBlocks):  # type: ignore[misc]  # of unknown type
    """Turns a prompt into `mask_image`, white where it is to be painted.

    Args:
        **settings: Of the selection, as `fastseg_edit.segment` takes them, such as `profile`.
        dilate: How far the mask is grown, in pixels or relative to its longer side.
    """

    def __init__(self, dilate: Length = "1.5%", **settings: Any) -> None:
        super().__init__()
        self.dilate, self.settings = dilate, settings

    @property
    def description(self) -> str:
        """What diffusers shows of it."""
        return "Finds what words, clicks or boxes select, and gives it as mask_image."

    @property
    def inputs(self) -> list[Any]:
        """What it takes: a photo, and what to select in it."""
        text = "Words, or a prompt of fastseg_edit: clicks, boxes, a reference, any combination."
        return [_IMAGE, _modular.InputParam("select", required=True, description=text)]

    @property
    def intermediate_outputs(self) -> list[Any]:
        """What it gives."""
        text = "As large as the photo: white where it is to be painted."
        return [_modular.OutputParam("mask_image", type_hint=Image.Image, description=text)]

    def __call__(self, components: Any, state: Any) -> tuple[Any, Any]:
        """Run on the state of a pipeline.

        Raises:
            FastsegError: As `fastseg_edit.segment` does: E_NO_OBJECT, if nothing is found.
        """
        known = self.get_block_state(state)
        prompt = Text(known.select) if isinstance(known.select, str) else known.select
        if not isinstance(prompt, Prompt):
            raise SpecError("E_SPEC", f"select wants words or a prompt, got {prompt!r}")
        mask = operations.segment(known.image, prompt, **self.settings).mask
        reach = length.pixels(self.dilate, morphology.longer_side(mask))
        grown = morphology.dilate(mask, reach)
        known.mask_image = Image.fromarray(np.where(grown, np.uint8(255), np.uint8(0)))
        self.set_block_state(state, known)
        return components, state


class PutBackBlock(_modular.ModularPipelineBlocks):  # type: ignore[misc]  # of unknown type
    """Puts every pixel of the photo outside `mask_image` back into the painted images.

    A latent diffusion model changes the whole picture a little. Images that are scaled are scaled
    back first.

    Args:
        feather: Over which length what was painted fades in, inside the mask, in pixels or
            relative to its longer side.
    """

    def __init__(self, feather: Length = 3) -> None:
        super().__init__()
        self.feather = feather

    @property
    def description(self) -> str:
        """What diffusers shows of it."""
        return "Puts every pixel outside the mask back, to the bit."

    @property
    def inputs(self) -> list[Any]:
        """What it takes: the photo, the mask, and what was painted."""
        masked = _modular.InputParam(
            "mask_image", required=True, description="White where it was painted."
        )
        painted = _modular.InputParam(
            "images", required=True, description="What was painted: PIL images."
        )
        return [_IMAGE, masked, painted]

    @property
    def intermediate_outputs(self) -> list[Any]:
        """What it gives."""
        return [
            _modular.OutputParam(
                "images", description="The photo, with what was painted in the mask."
            )
        ]

    def __call__(self, components: Any, state: Any) -> tuple[Any, Any]:
        """Run on the state of a pipeline."""
        known = self.get_block_state(state)
        photo = np.asarray(known.image.convert("RGB"))
        mask = np.asarray(known.mask_image.convert("L")) >= 128
        feather = length.pixels(self.feather, morphology.longer_side(mask))
        known.images = [
            Image.fromarray(blend.composite(photo, np.asarray(each), mask, feather))
            for each in _sized(known.images, known.image.size)
        ]
        self.set_block_state(state, known)
        return components, state


def _sized(images: Sequence[Image.Image], size: tuple[int, int]) -> list[Image.Image]:
    """Return images as RGB and of one size."""
    alike = (image.convert("RGB") for image in images)
    return [
        each if each.size == size else each.resize(size, Image.Resampling.LANCZOS) for each in alike
    ]
