"""LoRAs, IP-Adapters and ControlNets with random weights, for the tiny checkpoints."""

import json

import diffusers
import torch
from safetensors.torch import save_file
from small_encoders import WIDTH, clip_sight

RANK = 2


def lora(path, network, prefix="unet", layers=("to_q", "to_v"), spread=0.5):
    """Save a LoRA for some layers of a network, as diffusers saves it."""
    maker = torch.Generator().manual_seed(1)
    held = {}
    for name, layer in network.named_modules():
        if name.endswith(layers) and isinstance(layer, torch.nn.Linear):
            down, up = (RANK, layer.in_features), (layer.out_features, RANK)
            held[f"{prefix}.{name}.lora_A.weight"] = torch.randn(down, generator=maker) * spread
            held[f"{prefix}.{name}.lora_B.weight"] = torch.randn(up, generator=maker) * spread
    save_file(held, path)
    return path


def kohya(path, network):
    """Save a LoRA as kohya's trainer does."""
    held = {}
    for name, layer in network.named_modules():
        if name.endswith("to_q") and isinstance(layer, torch.nn.Linear):
            stem = "lora_unet_" + name.replace(".", "_")
            held[f"{stem}.lora_down.weight"] = torch.randn(RANK, layer.in_features)
            held[f"{stem}.lora_up.weight"] = torch.randn(layer.out_features, RANK)
            held[f"{stem}.alpha"] = torch.tensor(float(RANK))
    save_file(held, path)
    return path


def adapter(folder, network):
    """Save an IP-Adapter and its image encoder for a U-Net, and return the adapter's file."""
    wide = network.config.cross_attention_dim
    looks = [name for name in network.attn_processors if "attn2" in name]
    held = {
        "image_proj.proj.weight": torch.randn(4 * wide, WIDTH),
        "image_proj.proj.bias": torch.randn(4 * wide),
        "image_proj.norm.weight": torch.ones(wide),
        "image_proj.norm.bias": torch.zeros(wide),
    }
    for number, name in enumerate(looks):
        attention = network.get_submodule(name.removesuffix(".processor"))
        for part in ("to_k_ip", "to_v_ip"):
            size = attention.to_q.out_features, wide
            held[f"ip_adapter.{2 * number + 1}.{part}.weight"] = torch.randn(size) / wide**0.5
    return _with_encoder(folder, held)


def flux_adapter(folder, network):
    """Save an IP-Adapter for FLUX, as its trainers name the weights."""
    wide, inner = network.config.joint_attention_dim, network.inner_dim
    held = {
        "ip_adapter_proj_model.proj.weight": torch.randn(4 * wide, WIDTH),
        "ip_adapter_proj_model.proj.bias": torch.randn(4 * wide),
        "ip_adapter_proj_model.norm.weight": torch.ones(wide),
        "ip_adapter_proj_model.norm.bias": torch.zeros(wide),
    }
    for number in range(network.config.num_layers):
        for part in "kv":
            stem = f"double_blocks.{number}.processor.ip_adapter_double_stream_{part}_proj"
            held[f"{stem}.weight"] = torch.randn(inner, wide) / wide**0.5
            held[f"{stem}.bias"] = torch.zeros(inner)
    return _with_encoder(folder, held)


def _with_encoder(folder, held):
    clip_sight().save_pretrained(folder / "image_encoder")
    save_file(held, folder / "adapter.safetensors")
    return folder / "adapter.safetensors"


def _unet_net(network):
    net = diffusers.ControlNetModel.from_unet(
        network,
        conditioning_embedding_out_channels=(4, 8),
        load_weights_from_unet=False,
    )
    channels = network.config.block_out_channels[0]
    net.conv_in = torch.nn.Conv2d(4, channels, 3, padding=1)
    net.register_to_config(in_channels=4)
    return net


def _sd3_net(network):
    extra = {"extra_conditioning_channels": 1}
    return diffusers.SD3ControlNetModel.from_config(dict(network.config) | extra)


def _flux_net(network):
    return diffusers.FluxControlNetModel.from_config(dict(network.config) | {"num_mode": 3})


def _qwen_net(network):
    extra = {"extra_condition_channels": 4}
    return diffusers.QwenImageControlNetModel.from_config(dict(network.config) | extra)


def _z_net(network):
    return diffusers.ZImageControlNetModel(
        control_layers_places=[0],
        control_refiner_layers_places=[0],
        control_in_dim=33,
        add_control_noise_refiner="control_layers",
        dim=network.config.dim,
        n_refiner_layers=1,
        n_heads=network.config.n_heads,
        n_kv_heads=network.config.n_kv_heads,
    )


NETS = {
    "sd15": _unet_net,
    "sd15 of whole pictures": _unet_net,
    "sd2": _unet_net,
    "sdxl": _unet_net,
    "sdxl of whole pictures": _unet_net,
    "sd3 of whole pictures": _sd3_net,
    "flux-inpaint": _flux_net,
    "qwen-image": _qwen_net,
    "z-image": _z_net,
}
"""A ControlNet for each of the tiny checkpoints that can use one."""


def controlnet(folder, name, network, condition=""):
    """Save a ControlNet for a network, every weight of which counts from the start."""
    net = NETS[name](network)
    with torch.no_grad():
        for values in net.parameters():
            if not values.any():
                values.normal_(std=0.3)
    net.save_pretrained(folder)
    if condition:
        (folder / "fastseg_edit.json").write_text(json.dumps({"condition": condition}))
    return folder
