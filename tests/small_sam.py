"""Networks of every family of Segment Anything, real but tiny, with random weights."""

import torch
from transformers import (
    EdgeTamConfig,
    EdgeTamModel,
    EdgeTamVideoConfig,
    EdgeTamVideoModel,
    Sam2Config,
    Sam2Model,
    Sam2VideoConfig,
    Sam2VideoModel,
    Sam3TrackerConfig,
    Sam3TrackerModel,
    SamConfig,
    SamHQConfig,
    SamHQModel,
    SamModel,
    TimmWrapperConfig,
)
from transformers.utils import logging

SIDE = 64  # pixels of the square that they see; their masks have 16 x 16 cells

_WIDTH = 16
_DECODER = {
    "hidden_size": _WIDTH,
    "mlp_dim": 32,
    "num_attention_heads": 2,
    "iou_head_hidden_dim": 16,
}
_PROMPTS = {"hidden_size": _WIDTH, "image_size": SIDE, "patch_size": 16}
_GRIDS = {
    "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]],
    "fpn_hidden_size": _WIDTH,
}
_HIERA = {
    "model_type": "sam2_hiera_det_model",
    "hidden_size": 8,
    "image_size": [SIDE, SIDE],
    "blocks_per_stage": [1, 1, 2, 1],
    "embed_dim_per_stage": [8, 16, 32, 64],
    "num_attention_heads_per_stage": [1, 1, 2, 2],
    "window_size_per_stage": [8, 8, 8, 8],
    "global_attention_blocks": [3],
    "window_positional_embedding_background_size": [8, 8],
}
_REPVIT = {
    "in_chans": 3,
    "features_only": True,
    "out_indices": [0, 1, 2, 3],
    "embed_dim": [8, 16, 24, 32],
    "depth": [1, 1, 1, 1],
}
VIT3 = {
    "model_type": "sam3_vit_model",
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": SIDE,
    "patch_size": 16,
    "window_size": 2,
    "global_attn_indexes": [1],
    "pretrain_image_size": 32,
}
"""The encoder of SAM 3."""


def _first(model, configuration, **more):
    vision = {
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": SIDE,
        "mlp_dim": 32,
        "output_channels": _WIDTH,
        "window_size": 2,
        "global_attn_indexes": [1],
        "num_pos_feats": _WIDTH // 2,
        "initializer_range": 0.02,
    }
    return model(
        configuration(
            vision_config=vision,
            prompt_encoder_config=_PROMPTS,
            mask_decoder_config={**_DECODER, **more},
        )
    )


def _second(model, configuration, **more):
    vision = {"backbone_config": _HIERA, "backbone_channel_list": [64, 32, 16, 8], **_GRIDS}
    return _later(model, configuration, vision, more)


def _edge(model, configuration, **more):
    backbone = TimmWrapperConfig(architecture="repvit_m0_9", model_args=_REPVIT)
    vision = {
        "model_type": "edgetam_vision_model",
        "backbone_config": backbone,
        "backbone_channel_list": [32, 24, 16, 8],
        **_GRIDS,
    }
    return _later(model, configuration, vision, more)


def _third(model, configuration, **more):
    vision = {"model_type": "sam3_vision_model", "backbone_config": VIT3, **_GRIDS}
    return _later(model, configuration, vision, more)


def _later(model, configuration, vision, more):
    return model(
        configuration(
            vision_config=vision,
            prompt_encoder_config=_PROMPTS,
            mask_decoder_config=_DECODER,
            **more,
        )
    )


_FAMILIES = {
    "sam": lambda: _first(SamModel, SamConfig),
    "sam_hq": lambda: _first(SamHQModel, SamHQConfig, vit_dim=16),
    "sam2": lambda: _second(Sam2Model, Sam2Config),
    "sam2_video": lambda: _second(Sam2VideoModel, Sam2VideoConfig, image_size=SIDE),
    "edgetam": lambda: _edge(EdgeTamModel, EdgeTamConfig),
    "edgetam_video": lambda: _edge(EdgeTamVideoModel, EdgeTamVideoConfig, image_size=SIDE),
    "sam3_tracker": lambda: _third(Sam3TrackerModel, Sam3TrackerConfig),
}

NAMES = tuple(_FAMILIES)
PADDED = ("sam", "sam_hq")


def build(name):
    """Return a network of a family; the same one each time."""
    logging.set_verbosity_error()  # it writes long configurations about defaults
    torch.manual_seed(0)
    model = _FAMILIES[name]()
    for weight in model.parameters():  # some start as zero, and would hide a mistake
        weight.data += 0.05 * torch.randn_like(weight)
    return model.eval()


def save(model, folder):
    """Write a network as its library does; return the folder as text."""
    logging.disable_progress_bar()
    model.save_pretrained(folder)
    logging.enable_progress_bar()
    return str(folder)
