"""The small SAM 2: its sizes, a start that suits them, and its two halves for training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from sam_start import start
from torch import nn
from transformers import Sam2Config, Sam2ImageProcessor, Sam2Model

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

SIDE = 256
"""Photos are squeezed to a square of this many pixels."""

STRIDE = 4
"""Pixels from one cell of a predicted mask to the next."""

_WIDTH = 64  # channels of the decoder


def build() -> Sam2Model:
    """Build the model with random weights.

    A Hiera backbone of five blocks; its four grids are 64, 32, 16 and 8 cells wide. The prompt
    meets the photo on the third, and the two finer ones make the outline sharp.

    References:
        Ravi et al. SAM 2: segment anything in images and videos. 2024. arXiv:2408.00714
        Ryali et al. Hiera: a hierarchical vision transformer without the bells-and-whistles.
            ICML 2023. arXiv:2306.00989
    """
    model = Sam2Model(_configuration())
    model.vision_encoder.neck.position_encoding = _NoPosition()
    start(model)
    return model


def encode(model: Sam2Model, pixels: Tensor) -> list[Tensor]:
    """Return the three feature grids of photos, finest first; gradients flow.

    Args:
        model: From `build`.
        pixels: (N, 3, 256, 256) float, normalised.
    """
    grids = model.get_image_features(pixels, return_dict=True).fpn_hidden_states
    grids[-1] = grids[-1] + model.no_memory_embedding
    sizes = model.backbone_feature_sizes
    return [
        grid.permute(1, 2, 0).unflatten(2, tuple(size))
        for grid, size in zip(grids, sizes, strict=True)
    ]


def save_processor(folder: Path) -> None:
    """Write beside the weights how a photo becomes pixels."""
    cells = SIDE // STRIDE
    processor = Sam2ImageProcessor(
        size={"height": SIDE, "width": SIDE}, mask_size={"height": cells, "width": cells}
    )
    processor.save_pretrained(folder)


class _NoPosition(nn.Module):
    """Stands for a position code that images do not use, and that costs a fifth of the encoder."""

    def forward(self, *_: object) -> Tensor:
        """Return one zero."""
        return torch.zeros(1, 1, 1, 1)


def _configuration() -> Sam2Config:
    cells = SIDE // STRIDE
    backbone = {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": 24,
        "image_size": [SIDE, SIDE],
        "blocks_per_stage": [1, 1, 2, 1],
        "embed_dim_per_stage": [24, 48, 96, 192],
        "num_attention_heads_per_stage": [1, 2, 4, 8],
        "window_size_per_stage": [8, 8, 8, 8],
        "window_positional_embedding_background_size": [8, 8],
        "global_attention_blocks": [3],
        "mlp_ratio": 2.0,
        "hidden_act": "relu",
    }
    vision = {
        "backbone_config": backbone,
        "backbone_channel_list": [192, 96, 48, 24],
        "backbone_feature_sizes": [[cells, cells], [cells // 2] * 2, [cells // 4] * 2],
        "fpn_hidden_size": _WIDTH,
        "fpn_top_down_levels": [0, 1, 2, 3],
    }
    prompt = {"hidden_size": _WIDTH, "image_size": SIDE, "patch_size": 4 * STRIDE}
    decoder = {
        "hidden_size": _WIDTH,
        "mlp_dim": 2 * _WIDTH,
        "num_attention_heads": 4,
        "iou_head_hidden_dim": _WIDTH,
        "dynamic_multimask_via_stability": False,  # the other candidates know clicks only
    }
    return Sam2Config(
        vision_config=vision, prompt_encoder_config=prompt, mask_decoder_config=decoder
    )
