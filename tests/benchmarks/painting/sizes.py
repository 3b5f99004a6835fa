"""Networks of the published sizes, with random weights, as diffusers saves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import diffusers
import torch
import transformers

from fastseg_edit import catalogue

if TYPE_CHECKING:
    from pathlib import Path


def stable_diffusion(folder: Path) -> Path:
    """Save an inpainting model of the size of Stable Diffusion 1.5, and return the folder."""
    text = transformers.CLIPTextConfig(
        vocab_size=49408,
        hidden_size=768,
        intermediate_size=3072,
        num_hidden_layers=12,
        num_attention_heads=12,
        projection_dim=768,
    )
    pipeline = diffusers.StableDiffusionInpaintPipeline(
        vae=_vae(0.18215),
        text_encoder=transformers.CLIPTextModel(text).half(),
        tokenizer=_tokenizer(),
        unet=diffusers.UNet2DConditionModel(
            sample_size=64, in_channels=9, cross_attention_dim=768, attention_head_dim=8
        ).half(),
        scheduler=diffusers.PNDMScheduler(skip_prk_steps=True, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder)
    return folder


def stable_diffusion_xl(folder: Path) -> Path:
    """Save an inpainting model of the size of Stable Diffusion XL, and return the folder."""
    small, large = (
        transformers.CLIPTextConfig(
            hidden_size=width,
            intermediate_size=4 * width,
            num_hidden_layers=layers,
            num_attention_heads=width // 64,
            projection_dim=width,
        )
        for width, layers in ((768, 12), (1280, 32))
    )
    pipeline = diffusers.StableDiffusionXLInpaintPipeline(
        vae=_vae(0.13025),
        text_encoder=transformers.CLIPTextModel(small).half(),
        text_encoder_2=transformers.CLIPTextModelWithProjection(large).half(),
        tokenizer=_tokenizer(),
        tokenizer_2=_tokenizer(),
        unet=_large_unet().half(),
        scheduler=diffusers.EulerDiscreteScheduler(),
    )
    pipeline.save_pretrained(folder)
    return folder


def _large_unet() -> diffusers.UNet2DConditionModel:
    return diffusers.UNet2DConditionModel(
        sample_size=128,
        in_channels=9,
        block_out_channels=(320, 640, 1280),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 2, 10),
        attention_head_dim=(5, 10, 20),
        cross_attention_dim=2048,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
    )


def _vae(scale: float) -> diffusers.AutoencoderKL:
    return diffusers.AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        sample_size=512,
        scaling_factor=scale,
    ).to(torch.float16)


def _tokenizer() -> transformers.CLIPTokenizer:
    """Return sd-mini's, which reads as many tokens as those encoders do."""
    folder = catalogue.folder("sd-mini") / "tokenizer"
    return transformers.CLIPTokenizer.from_pretrained(folder, model_max_length=77)
