"""A pipeline of diffusers' own that is told by words what to paint, and changes nothing else.

With weights for photos the middle block is one of diffusers: see `fastseg_edit.bridges.diffusers`.
"""

import numpy as np
import torch
from diffusers import StableDiffusionInpaintPipeline
from diffusers.modular_pipelines import (
    InputParam,
    ModularPipelineBlocks,
    OutputParam,
    SequentialPipelineBlocks,
)
from PIL import Image

from fastseg_edit import catalogue, world
from fastseg_edit.bridges.diffusers import PutBackBlock, SelectBlock


class PaintBlock(ModularPipelineBlocks):
    """Paints `prompt` into `mask_image`, with the mini pack's Stable Diffusion."""

    @property
    def inputs(self) -> list[InputParam]:
        """What it takes."""
        return [InputParam(name, required=True) for name in ("image", "mask_image", "prompt")]

    @property
    def intermediate_outputs(self) -> list[OutputParam]:
        """What it gives."""
        return [OutputParam("images")]

    def __call__(self, components, state):
        """Run on the state of a pipeline."""
        known = self.get_block_state(state)
        pipeline = StableDiffusionInpaintPipeline.from_pretrained(
            catalogue.folder("sd-mini"), safety_checker=None, dtype=torch.float32
        )
        known.images = pipeline(
            known.prompt,
            known.image,
            known.mask_image,
            num_inference_steps=8,
            generator=torch.Generator().manual_seed(1),
        ).images
        self.set_block_state(state, known)
        return components, state


scene = world.draw(world.Split.TEST.seed(9003), size=64, options=world.Options(2, 2, hidden=0.0))
photo = Image.fromarray(scene.photo)
blocks = SequentialPipelineBlocks.from_blocks_dict(
    {"select": SelectBlock(profile="mini"), "paint": PaintBlock(), "put_back": PutBackBlock()}
)
pipeline = blocks.init_pipeline()
state = pipeline(image=photo, select=scene.phrases[0].text, prompt="a red circle")

mask, (result,) = np.asarray(state.get("mask_image")) == 255, state.get("images")
changed = (np.asarray(result) != scene.photo).any(2)
print(f"{scene.phrases[0].text}: {changed.sum()} pixels changed, {(changed & ~mask).sum()} outside")
sheet = np.hstack([scene.photo, np.repeat(mask[..., None] * np.uint8(255), 3, 2), result])
Image.fromarray(sheet).resize((576, 192), Image.Resampling.NEAREST).save("diffusers.png")
