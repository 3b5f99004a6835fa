"""Every family of diffusers with its real classes and random weights, a few thousand each."""

import diffusers
import numpy as np
import torch
import transformers
from small_encoders import (
    WIDTH,
    clip_sight,
    clip_text,
    clip_tokenizer,
    qwen_sight,
    qwen_text,
    qwen_tokenizer,
    t5_text,
    t5_tokenizer,
)

from fastseg_edit.protocols import Hole


def hole(caption="a red circle", seed=3, size=(64, 64)):
    image = np.random.default_rng(0).integers(60, 120, (*size, 3), np.uint8)
    mask = np.zeros(size, bool)
    mask[14:50, 14:50] = True
    return Hole(image, mask, caption, seed)


def unet(channels, **more):
    sizes = {
        "sample_size": 16,
        "in_channels": channels,
        "out_channels": 4,
        "block_out_channels": (8, 16),
        "layers_per_block": 1,
        "norm_num_groups": 4,
        "attention_head_dim": 2,
        "cross_attention_dim": WIDTH,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    }
    return diffusers.UNet2DConditionModel(**sizes | more)


def vae(channels, blocks=2):
    return diffusers.AutoencoderKL(
        block_out_channels=(8,) * blocks,
        down_block_types=("DownEncoderBlock2D",) * blocks,
        up_block_types=("UpDecoderBlock2D",) * blocks,
        latent_channels=channels,
        norm_num_groups=4,
        sample_size=32,
        shift_factor=0.1,
    )


def stable(channels=9, title=diffusers.StableDiffusionInpaintPipeline, **more):
    return title(
        vae=vae(4),
        text_encoder=clip_text(),
        tokenizer=clip_tokenizer(),
        unet=unet(channels, **more),
        scheduler=diffusers.DDIMScheduler(steps_offset=1, clip_sample=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def sdxl(channels=9, title=diffusers.StableDiffusionXLInpaintPipeline):
    network = unet(
        channels,
        cross_attention_dim=2 * WIDTH,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + WIDTH,
    )
    return title(
        vae=vae(4),
        text_encoder=clip_text(),
        text_encoder_2=clip_text(transformers.CLIPTextModelWithProjection),
        tokenizer=clip_tokenizer(),
        tokenizer_2=clip_tokenizer(),
        unet=network,
        scheduler=diffusers.EulerDiscreteScheduler(),
    )


def movq():
    return diffusers.VQModel(
        block_out_channels=(32, 32),
        down_block_types=("DownEncoderBlock2D", "AttnDownEncoderBlock2D"),
        up_block_types=("AttnUpDecoderBlock2D", "UpDecoderBlock2D"),
        latent_channels=4,
        norm_type="spatial",
        num_vq_embeddings=12,
        vq_embed_dim=4,
    )


def kandinsky22():
    network = unet(
        9,
        out_channels=8,
        addition_embed_type="image",
        encoder_hid_dim=WIDTH,
        encoder_hid_dim_type="image_proj",
        resnet_time_scale_shift="scale_shift",
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
    )
    return diffusers.KandinskyV22InpaintCombinedPipeline(
        unet=network,
        scheduler=diffusers.DDPMScheduler(variance_type="learned_range", clip_sample=False),
        movq=movq(),
        prior_prior=diffusers.PriorTransformer(
            num_attention_heads=2,
            attention_head_dim=8,
            num_layers=1,
            embedding_dim=WIDTH,
            num_embeddings=16,
        ),
        prior_image_encoder=clip_sight(),
        prior_text_encoder=clip_text(transformers.CLIPTextModelWithProjection),
        prior_tokenizer=clip_tokenizer(),
        prior_scheduler=diffusers.UnCLIPScheduler(prediction_type="sample"),
        prior_image_processor=transformers.CLIPImageProcessor(crop_size=32, size=32),
    )


def sd3(channels=16):
    network = diffusers.SD3Transformer2DModel(
        sample_size=32,
        patch_size=2,
        in_channels=channels,
        out_channels=16,
        num_layers=2,  # a ControlNet has no say in the last one
        attention_head_dim=8,
        num_attention_heads=4,
        caption_projection_dim=32,
        joint_attention_dim=WIDTH,
        pooled_projection_dim=WIDTH,
    )
    half = WIDTH // 2
    return diffusers.StableDiffusion3InpaintPipeline(
        transformer=network,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
        vae=vae(16),
        text_encoder=clip_text(transformers.CLIPTextModelWithProjection, half),
        tokenizer=clip_tokenizer(),
        text_encoder_2=clip_text(transformers.CLIPTextModelWithProjection, half),
        tokenizer_2=clip_tokenizer(),
        text_encoder_3=t5_text(),
        tokenizer_3=t5_tokenizer(),
    )


def flux(title, channels):
    network = diffusers.FluxTransformer2DModel(
        in_channels=channels,
        out_channels=64,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=WIDTH,
        pooled_projection_dim=WIDTH,
        guidance_embeds=True,
        axes_dims_rope=(4, 4, 8),
    )
    return title(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=vae(16, blocks=4),  # the mask's channels of flux-fill are the 8 x 8 pixels of a latent
        text_encoder=clip_text(),
        tokenizer=clip_tokenizer(),
        text_encoder_2=t5_text(),
        tokenizer_2=t5_tokenizer(),
        transformer=network,
    )


def qwen_image():
    return diffusers.QwenImageInpaintPipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=diffusers.AutoencoderKLQwenImage(
            base_dim=8, dim_mult=[1, 2, 2, 2], num_res_blocks=1, z_dim=16
        ),
        text_encoder=qwen_sight(),
        tokenizer=qwen_tokenizer(),
        transformer=diffusers.QwenImageTransformer2DModel(
            num_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=WIDTH,
            axes_dims_rope=(4, 4, 8),
        ),
    )


def z_image():
    network = diffusers.ZImageTransformer2DModel(
        in_channels=16,
        dim=32,
        n_layers=1,
        n_refiner_layers=1,
        n_heads=2,
        n_kv_heads=2,
        cap_feat_dim=WIDTH,
        axes_dims=[8, 4, 4],
        axes_lens=[1024, 64, 64],
    )
    with torch.no_grad():  # made without values
        network.x_pad_token.fill_(1)
        network.cap_pad_token.fill_(1)
    return diffusers.ZImageInpaintPipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=vae(16),
        text_encoder=qwen_text(),
        tokenizer=qwen_tokenizer(),
        transformer=network,
    )


BUILDERS = {
    "sd15": stable,
    "sd15 of whole pictures": lambda: stable(4, diffusers.StableDiffusionPipeline),
    "sd2": lambda: stable(use_linear_projection=True),
    "sdxl": sdxl,
    "sdxl of whole pictures": lambda: sdxl(4, diffusers.StableDiffusionXLPipeline),
    "kandinsky22": kandinsky22,
    "sd3": lambda: sd3(33),
    "sd3 of whole pictures": sd3,
    "flux-fill": lambda: flux(diffusers.FluxFillPipeline, 384),
    "flux-inpaint": lambda: flux(diffusers.FluxPipeline, 64),
    "qwen-image": qwen_image,
    "z-image": z_image,
}
"""One or two checkpoints per family."""
