"""Networks of every family of Segment Anything, real but tiny, with random weights."""

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    CLIPTokenizer,
    EdgeTamConfig,
    EdgeTamModel,
    EdgeTamVideoConfig,
    EdgeTamVideoModel,
    Sam2Config,
    Sam2Model,
    Sam2VideoConfig,
    Sam2VideoModel,
    Sam3Config,
    Sam3Model,
    Sam3TrackerConfig,
    Sam3TrackerModel,
    Sam3VideoConfig,
    Sam3VideoModel,
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


def concepts(**more):
    """Return a configuration of SAM 3's detector."""
    layers = {"hidden_size": _WIDTH, "num_attention_heads": 2, "intermediate_size": 32}
    text = {
        "model_type": "clip_text_model",
        "vocab_size": 300,
        "hidden_size": 16,
        "intermediate_size": 32,
        "projection_dim": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "max_position_embeddings": 32,
        "eos_token_id": 1,
    }
    return {
        "vision_config": {
            "model_type": "sam3_vision_model",
            "backbone_config": VIT3,
            **_GRIDS,
        },
        "text_config": text,
        "geometry_encoder_config": {**layers, "num_layers": 1, "roi_size": 2},
        "detr_encoder_config": {**layers, "num_layers": 1},
        "detr_decoder_config": {**layers, "num_layers": 2, "num_queries": 12},
        "mask_decoder_config": {"hidden_size": _WIDTH, "num_attention_heads": 2},
        **more,
    }


def third(folder, video=False):
    """Write SAM 3's detector with its tokenizer; with `video`, all of SAM 3, as it is released."""
    logging.set_verbosity_error()
    torch.manual_seed(0)
    model = _video() if video else Sam3Model(Sam3Config(**concepts()))
    for name, weight in model.named_parameters():
        weight.data += 0.2 * torch.randn_like(weight)
        if "presence_head" in name and name.endswith("bias"):
            weight.data += 3  # otherwise it sees nothing at all
    save(model, folder)
    weights = {
        # The library writes this part of the name twice; the release has it once.
        name.replace("tracker_model.tracker_model.", "tracker_model."): weight.clone()
        for name, weight in load_file(folder / "model.safetensors").items()
    }
    (folder / "model.safetensors").unlink()  # still mapped into memory
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    tokenizer().save_pretrained(folder)
    return str(folder)


def tokenizer():
    """Return a tokenizer that knows the letters, and the word "red"."""
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    merges = [("r", "e"), ("re", "d</w>")]
    tokens = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{each}</w>" for each in letters)]
    tokens += ["".join(pair) for pair in merges]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    return CLIPTokenizer(vocab=vocabulary, merges=merges)


def _video():
    tracker = {
        "model_type": "sam3_tracker_video",
        "vision_config": concepts()["vision_config"],
        "prompt_encoder_config": _PROMPTS,
        "mask_decoder_config": _DECODER,
        "image_size": SIDE,
        "memory_attention_hidden_size": _WIDTH,
        "memory_attention_feed_forward_hidden_size": 16,
        "memory_encoder_hidden_size": _WIDTH,
    }
    detector = concepts(model_type="sam3")
    return Sam3VideoModel(Sam3VideoConfig(detector_config=detector, tracker_config=tracker))
