"""The names that Stable Diffusion's authors gave to the weights, which single files still have."""

import re

from safetensors.torch import save_file

RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
ENDS = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "mid_block.resnets.0": "middle_block.0",
    "mid_block.attentions.0": "middle_block.1",
    "mid_block.resnets.1": "middle_block.2",
}
VAE = {
    r"(\w+)\.mid_block\.resnets\.0": r"\1.mid.block_1",
    r"(\w+)\.mid_block\.resnets\.1": r"\1.mid.block_2",
    r"(\w+)\.mid_block\.attentions\.0": r"\1.mid.attn_1",
    r"encoder\.down_blocks\.(\d)\.resnets": r"encoder.down.\1.block",
    r"encoder\.down_blocks\.(\d)\.downsamplers\.0": r"encoder.down.\1.downsample",
    r"decoder\.up_blocks\.(\d)\.upsamplers\.0": r"decoder.up_blocks.\1.upsample",
    r"decoder\.up_blocks\.(\d)\.resnets": r"decoder.up_blocks.\1.block",
    r"conv_shortcut": r"nin_shortcut",
    r"conv_norm_out": r"norm_out",
    r"group_norm": r"norm",
    r"to_q": r"q",
    r"to_k": r"k",
    r"to_v": r"v",
    r"to_out\.0": r"proj_out",
}


def unet_name(name, layers=1):
    """Return what a weight of a U-Net was called at first."""
    for new, old in ENDS.items():
        if name.startswith(f"{new}."):
            return _resnet(name.replace(new, old, 1))
    side, number, kind, place, rest = re.fullmatch(
        r"(down|up)_blocks\.(\d)\.(\w+)\.(\d)\.(.*)", name
    ).groups()
    first = (layers + 1) * int(number) + (side == "down")
    stem = "input_blocks" if side == "down" else "output_blocks"
    if kind == "downsamplers":
        return f"{stem}.{first + layers}.0.op.{rest.removeprefix('conv.')}"
    if kind == "upsamplers":
        return f"{stem}.{first + layers}.{'2' if number == '0' else '1'}.{rest}"
    return _resnet(f"{stem}.{first + int(place)}.{'1' if kind == 'attentions' else '0'}.{rest}")


def _resnet(name):
    if "transformer_blocks" in name:
        return name
    for new, old in RESNET.items():
        name = re.sub(rf"\.{new}\.(weight|bias)$", rf".{old}.\1", name)
    return name


def vae_name(name, blocks=2):
    """Return what a weight between pixels and latents was called at first."""
    for new, old in VAE.items():
        name = re.sub(new, old, name)
    counted = r"decoder\.up_blocks\.(\d)"
    return re.sub(counted, lambda found: f"decoder.up.{blocks - 1 - int(found[1])}", name)


def whole(path, pipeline, **more):
    """Save a pipeline of Stable Diffusion as one file."""
    held = {}
    for name, values in pipeline.unet.state_dict().items():
        held[f"model.diffusion_model.{unet_name(name)}"] = values
    for name, values in pipeline.vae.state_dict().items():
        square = re.search(r"mid_block\.attentions\.0\.to_\w+(\.0)?\.weight", name)
        held[f"first_stage_model.{vae_name(name)}"] = values[..., None, None] if square else values
    for name, values in pipeline.text_encoder.state_dict().items():
        stem = "" if name.startswith("text_model.") else "text_model."
        held[f"cond_stage_model.transformer.{stem}{name}"] = values
    save_file({name: values.contiguous() for name, values in (held | more).items()}, path)
    return path
