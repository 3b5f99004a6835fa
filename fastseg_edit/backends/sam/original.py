"""Weights as the authors of SAM and MobileSAM released them, in the names of the libraries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import torch
from transformers import SamConfig, SamModel

from fastseg_edit.backends.sam.tiny import TinyEncoder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import Tensor

    State = Mapping[str, Tensor]

_WAVES = "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"
_TINY = "image_encoder.patch_embed.seq.0.c.weight"
_VIT = "image_encoder.pos_embed"
_UNUSED = ("pixel_mean", "pixel_std", "image_encoder.norm_head", "image_encoder.head")

_FIRST, _SECOND, _THIRD = r"\1.proj_in", r"\1.layers.0", r"\1.proj_out"
_HEAD = r"(iou_prediction_head|output_hypernetworks_mlps\.\d)\.layers"
_BOTH = (
    (rf"{_HEAD}\.0", _FIRST),
    (rf"{_HEAD}\.1", _SECOND),
    (rf"{_HEAD}\.2", _THIRD),
    (r"output_upscaling\.0", "upscale_conv1"),
    (r"output_upscaling\.1", "upscale_layer_norm"),
    (r"output_upscaling\.3", "upscale_conv2"),
    (r"mask_downscaling\.0", "mask_embed.conv1"),
    (r"mask_downscaling\.1", "mask_embed.layer_norm1"),
    (r"mask_downscaling\.3", "mask_embed.conv2"),
    (r"mask_downscaling\.4", "mask_embed.layer_norm2"),
    (r"mask_downscaling\.6", "mask_embed.conv3"),
    (r"point_embeddings", "point_embed"),
    (r"pe_layer\.positional_encoding_gaussian_matrix", "shared_embedding.positional_embedding"),
    (r"^(mask_decoder\.transformer.*)\.norm", r"\1.layer_norm"),
    (r"^image_encoder\.neck\.0", "vision_encoder.neck.conv1"),
    (r"^image_encoder\.neck\.1", "vision_encoder.neck.layer_norm1"),
    (r"^image_encoder\.neck\.2", "vision_encoder.neck.conv2"),
    (r"^image_encoder\.neck\.3", "vision_encoder.neck.layer_norm2"),
)
_OF_VIT = (
    (r"^image_encoder\.blocks\.(\d+)\.norm", r"vision_encoder.layers.\1.layer_norm"),
    (r"^image_encoder\.blocks", "vision_encoder.layers"),
    (r"^image_encoder\.patch_embed\.proj", "vision_encoder.patch_embed.projection"),
    (r"^image_encoder", "vision_encoder"),
)
_OF_TINY = (
    (r"^image_encoder\.patch_embed\.seq\.0", "vision_encoder.trunk.patch_embed.conv1"),
    (r"^image_encoder\.patch_embed\.seq\.2", "vision_encoder.trunk.patch_embed.conv2"),
    (r"^image_encoder\.layers\.0\.downsample", "vision_encoder.trunk.stages.1.downsample"),
    (r"^image_encoder\.layers\.1\.downsample", "vision_encoder.trunk.stages.2.downsample"),
    (r"^image_encoder\.layers\.2\.downsample", "vision_encoder.trunk.stages.3.downsample"),
    (r"^image_encoder\.layers", "vision_encoder.trunk.stages"),
    (r"^(vision_encoder\.trunk.*)\.c\.weight$", r"\1.conv.weight"),
)


def known(names: Iterable[str]) -> bool:
    """Tell whether weights of these names are a release of SAM or MobileSAM."""
    return _WAVES in names and (_TINY in names or _VIT in names)


def build(state: State) -> SamModel:
    """Return the network of a release.

    Its sizes are read off its weights, so that pruned releases such as SlimSAM do as well.

    Args:
        state: Weights by the authors' names, which are `known`.

    Raises:
        RuntimeError: If weights are missing or do not fit together.
        ValueError, LookupError: If the network has a shape that no release has.
    """
    tiny = _TINY in state
    renamed = _renamed(state, (*_BOTH, *(_OF_TINY if tiny else _OF_VIT)))
    renamed["shared_image_embedding.positional_embedding"] = state[_WAVES]
    seen = _smallest() if tiny else _sizes(state)
    asked = {name: seen[name] for name in ("image_size", "patch_size") if name in seen}
    model: Any = SamModel(SamConfig(vision_config=seen, prompt_encoder_config=asked))
    if tiny:
        model.vision_encoder = TinyEncoder()
    model.load_state_dict(renamed, strict=True)
    built: SamModel = model
    return built


def _renamed(state: State, rules: tuple[tuple[str, str], ...]) -> dict[str, Tensor]:
    renamed = {}
    for name, weight in state.items():
        if name.startswith(_UNUSED) or name.endswith("attention_bias_idxs"):
            continue
        for pattern, new in rules:
            name = re.sub(pattern, new, name)
        renamed[name] = weight.to(torch.float32)
    return renamed


def _sizes(state: State) -> dict[str, Any]:
    """Return the vision configuration that weights of a ViT fit."""
    grid, width = state[_VIT].shape[1], state[_VIT].shape[3]
    tables = [state[name] for name in _numbered(state, "attn.rel_pos_h")]
    reach = [(len(table) + 1) // 2 for table in tables]
    everywhere = [number for number, each in enumerate(reach) if each == grid]
    patch = state["image_encoder.patch_embed.proj.weight"].shape[-1]
    return {
        "hidden_size": width,
        "image_size": grid * patch,
        "patch_size": patch,
        "num_hidden_layers": len(tables),
        "num_attention_heads": state["image_encoder.blocks.0.attn.qkv.weight"].shape[0]
        // (3 * tables[0].shape[1]),
        "mlp_dim": len(state["image_encoder.blocks.0.mlp.lin1.weight"]),
        "global_attn_indexes": everywhere,
        "window_size": min(reach),
    }


def _numbered(state: State, part: str) -> list[str]:
    """Return the names of a part of every block, in order."""
    names = (f"image_encoder.blocks.{number}.{part}" for number in range(len(state)))
    return [name for name in names if name in state]


def _smallest() -> dict[str, Any]:
    """Return a vision configuration that costs nothing to build: it is replaced."""
    return {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "mlp_dim": 8}
