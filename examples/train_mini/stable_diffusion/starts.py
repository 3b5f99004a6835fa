"""Weights to start from: networks that let the picture through, so that training adds detail only.

From the usual random start the small autoencoder stays at 18 to 19 dB for minutes, its colours
fallen into one axis. Started as "average 4 x 4 pixels, then enlarge smoothly" it begins at 26 dB.

Each colour travels as a pair of channels, once positive and once negative, beside two constant
channels. SiLU keeps the difference of such a pair (silu(c) - silu(-c) = c), and the constants hold
the statistics of the group normalisation steady.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffusers import AutoencoderKL
    from torch import Tensor, nn

_LEVEL = 2.0  # of the constant channels, about the largest value that the others take
_QUIET = 0.1  # what a residual branch may say at first


def _delta() -> Tensor:
    kernel = torch.zeros(3, 3)
    kernel[1, 1] = 1
    return kernel


def _pool() -> Tensor:
    kernel = torch.zeros(3, 3)
    kernel[:2, :2] = 0.25
    return kernel


def _smooth() -> Tensor:
    line = torch.tensor([1.0, 2, 1])
    return line[:, None] * line[None] / 16


def _pass(convolution: nn.Module, kernel: Tensor, constant: Tensor | None = None) -> None:
    """Let the pairs and the constants through, each channel by itself.

    Args:
        convolution: Its first eight channels are set.
        kernel: What happens to the six channels of the pairs.
        constant: What happens to the two others. None for the same.
    """
    convolution.weight[:8] = 0
    convolution.bias[:8] = 0
    for channel in range(8):
        paired = channel < 6 or constant is None
        convolution.weight[channel, channel] = kernel if paired else constant


def _enter(convolution: nn.Module) -> None:
    """Split three colours into pairs, and add the constants."""
    convolution.weight[:8] = 0
    convolution.bias[:8] = 0
    for colour in range(3):
        convolution.weight[colour, colour] = _delta()
        convolution.weight[colour + 3, colour] = -_delta()
    convolution.bias[6], convolution.bias[7] = _LEVEL, -_LEVEL


def _leave(convolution: nn.Module) -> None:
    """Join the pairs into three colours."""
    convolution.weight[:3] = 0
    convolution.bias[:3] = 0
    for colour in range(3):
        convolution.weight[colour, colour] = _delta()
        convolution.weight[colour, colour + 3] = -_delta()


def _hush(blocks: list[nn.Module]) -> None:
    for block in blocks:
        block.conv2.weight.mul_(_QUIET)
        block.conv2.bias.zero_()
        if block.conv_shortcut is not None:
            _pass(block.conv_shortcut, torch.ones(1, 1))


def _level(normalisation: nn.Module, run: Callable[[], object]) -> None:
    """Undo the last normalisation, by the spread that it sees at the start."""
    seen: list[float] = []
    hook = normalisation.register_forward_pre_hook(
        lambda _module, inputs: seen.append(inputs[0].std().item())
    )
    run()
    hook.remove()
    normalisation.weight.fill_(seen[-1])


@torch.no_grad()
def autoencoder(model: AutoencoderKL, pictures: Tensor) -> None:
    """Start an autoencoder as a smooth reduction to a quarter and back.

    Args:
        model: With one group in each normalisation and no attention.
        pictures: (N, 3, H, W) float32 in -1 to 1, such as it will see.
    """
    encoder, decoder = model.encoder, model.decoder
    for part in (encoder, decoder):
        _enter(part.conv_in)
        _hush(list(part.mid_block.resnets))
    for block in encoder.down_blocks:
        _hush(list(block.resnets))
        for scaler in block.downsamplers or []:
            _pass(scaler.conv, _pool())
    for block in decoder.up_blocks:
        _hush(list(block.resnets))
        for scaler in block.upsamplers or []:
            _pass(scaler.conv, _smooth(), _delta())
    _leave(encoder.conv_out)
    _leave(decoder.conv_out)
    latents = model.config.latent_channels
    encoder.conv_out.weight[latents:] = 0
    encoder.conv_out.bias[latents:] = -6.0  # logarithm of the variance: nearly none
    for convolution in (model.quant_conv, model.post_quant_conv):
        convolution.weight.copy_(torch.eye(convolution.weight.shape[0])[:, :, None, None])
        convolution.bias.zero_()
    _level(encoder.conv_norm_out, lambda: model.encode(pictures))
    _level(decoder.conv_norm_out, lambda: model.decode(model.encode(pictures).latent_dist.mean))
