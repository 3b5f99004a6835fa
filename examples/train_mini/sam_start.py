"""A start from which the small SAM 2 understands prompts roughly before it has learned anything.

From random weights the network first learns to find every object whatever the prompt says, and
leaves that only after very many steps. So four circuits are laid out by hand in its decoder.
Training then changes them as it likes.

1. A click takes along the features of the cell that it lies on.
2. A cell looks at a corner of a box if it lies outside of it.
3. A cell looks at a click if it has the features that the click took along.
4. What a cell looked at leaves a mark in it, and the mask is read from the marks.

For that the channels are divided at first: some only tell the place, four hold the marks, and the
rest the features.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from transformers import Sam2Model
    from transformers.models.sam2.modeling_sam2 import Sam2Attention, Sam2MaskDecoder

_BESIDE, _ON, _FIRST, _LAST = range(4)  # kinds of clicks, and the two corners of a box
_HEADS = 4
_LOUD = 6.0  # of a kind in its own channel; a position code has the length 5.7
_QUIET = 0.25  # features start about as loud as the position code
_SHARP = 30.0  # log odds that a radian of the longest wave brings
_SHUT = 30.0  # log odds against a token that a head should not look at
_NEAR, _ALIKE = 2.0, 0.8  # how much an attention prefers the same place, the same features


@dataclass(frozen=True)
class Channels:
    """What the channels are for at first.

    Attributes:
        place: Sines and cosines of the waves along x and y; in each quarter, for one head, a
            long and a short wave of each.
        kinds: One channel for each kind of prompt.
        features: All others.
        longest: Sine and cosine of the longest wave along x, then along y.
    """

    place: list[int]
    kinds: list[int]
    features: list[int]
    longest: tuple[tuple[int, int], tuple[int, int]]

    @classmethod
    def of(cls, width: int) -> Channels:
        """Divide the channels: half of them for the place."""
        half, aligned = width // 2, width // 4
        waves = [
            wave + axis * aligned // 2 + phase * half
            for first in range(_HEADS)
            for wave in range(first, aligned // 2, _HEADS)
            for axis in range(2)
            for phase in range(2)
        ]
        kinds = [*range(aligned, aligned + 4)]
        rest = [each for each in range(width) if each not in {*waves, *kinds}]
        return cls(waves, kinds, rest, ((0, half), (aligned // 2, half + aligned // 2)))


@torch.no_grad()
def start(model: Sam2Model) -> None:
    """Give a fresh model its first weights."""
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            _keep_size(module)
    channels = Channels.of(model.hidden_dim)
    _embed(model, channels)
    for narrow in model.vision_encoder.neck.convs:
        narrow.weight.mul_(_QUIET)
        narrow.weight[[*channels.place, *channels.kinds]] = 0
    decoder = model.mask_decoder
    first, second = decoder.transformer.layers
    _pass_on(first.self_attn)
    for layer in (first, second):
        nn.init.zeros_(layer.mlp.proj_out.weight)
        _look(layer.cross_attn_token_to_image, channels.place, channels.features, _NEAR)
    nn.init.zeros_(second.self_attn.o_proj.weight)
    _frame(first.cross_attn_image_to_token, channels)
    _look(second.cross_attn_image_to_token, channels.features, channels.kinds[: _ON + 1], _ALIKE)
    _look(decoder.transformer.final_attn_token_to_image, channels.place, channels.features, _NEAR)
    _read(decoder, channels)


def _keep_size(module: nn.Linear | nn.Conv2d | nn.ConvTranspose2d) -> None:
    """Draw weights that keep the size of a signal.

    The library's 0.02 is made for a thousand channels; with a hundred the signal dies out.
    """
    incoming = module.weight.shape[1] * module.weight[0][0].numel()
    if isinstance(module, nn.ConvTranspose2d):
        incoming = module.weight.shape[0]
    nn.init.trunc_normal_(module.weight, std=1 / math.sqrt(incoming))
    if module.bias is not None:
        nn.init.zeros_(module.bias)


def _embed(model: Sam2Model, channels: Channels) -> None:
    """Choose the waves of the position code and the first tokens.

    Waves along each side, long ones among them, tell left from right; the library draws all of
    them at random, and nearly all short.
    """
    half = model.hidden_dim // 2
    waves = torch.randn(2, half)
    rising = 2 ** torch.linspace(-3, 1, half // 4)  # the longest rises from edge to edge
    waves[:, : half // 2 + 4] = 0
    waves[0, : half // 4] = waves[1, half // 4 : half // 2] = rising
    model.shared_image_embedding.positional_embedding.copy_(waves)
    model.prompt_encoder.shared_embedding.positional_embedding.copy_(waves)
    for part in (model.prompt_encoder, model.mask_decoder):
        for module in part.modules():
            if isinstance(module, nn.Embedding):
                nn.init.zeros_(module.weight)
                fresh = torch.randn(len(module.weight), len(channels.features))
                module.weight[:, channels.features] = fresh
    nn.init.zeros_(model.prompt_encoder.no_mask_embed.weight)
    points = nn.init.zeros_(model.prompt_encoder.point_embed.weight)
    for kind, channel in enumerate(channels.kinds):
        points[kind, channel] = _LOUD


def _pass_on(attention: Sam2Attention) -> None:
    """Let tokens look at themselves: the first self-attention replaces them, and should not."""
    for each in (attention.q_proj, attention.k_proj, attention.v_proj, attention.o_proj):
        nn.init.eye_(each.weight)


def _look(attention: Sam2Attention, by: list[int], take: list[int], keen: float) -> None:
    """Let an attention look for what has the same in some channels, and bring back others."""
    inner, width = attention.q_proj.weight.shape
    rows = torch.arange(inner)
    looks, takes = (torch.zeros(inner, width) for _ in range(2))
    looks[rows, [by[row % len(by)] for row in range(inner)]] = keen
    takes[rows, [take[row % len(take)] for row in range(inner)]] = 1
    attention.q_proj.weight.copy_(looks)
    attention.k_proj.weight.copy_(looks)
    attention.v_proj.weight.copy_(takes)
    attention.o_proj.weight.copy_((takes / takes.sum(dim=0).clamp(min=1)).T)


def _frame(attention: Sam2Attention, channels: Channels) -> None:
    """Let each head look at one corner of a box, from its outer side along x or y."""
    size = attention.q_proj.out_features // _HEADS
    gain = math.sqrt(_SHARP * math.sqrt(size))
    for each in (attention.q_proj, attention.k_proj, attention.v_proj, attention.o_proj):
        nn.init.zeros_(each.weight)
    empty = channels.kinds[_BESIDE]
    query, key = attention.q_proj, attention.k_proj.weight
    for head in range(_HEADS):
        corner, axis = (_FIRST, _LAST)[head // 2], head % 2
        sine, cosine = channels.longest[axis]
        row, outward = head * size, -1 if corner == _FIRST else 1
        # sin(a - b) = sin a cos b - cos a sin b; a token holds its place twice
        query.weight[row, sine] = query.weight[row + 1, cosine] = gain
        key[row, cosine], key[row + 1, sine] = outward * gain / 2, -outward * gain / 2
        # the normalisation before takes a mean off all channels; this one held nothing else
        key[row : row + 2, empty] = -outward * gain / 2 * torch.tensor([1.0, -1.0])
        query.bias[row + 2] = 1
        for kind, channel in enumerate(channels.kinds):
            if kind != corner:
                key[row + 2, channel] = -_SHUT * math.sqrt(size) / _LOUD
        attention.v_proj.weight[row, channels.kinds[corner]] = 1
        attention.o_proj.weight[channels.kinds[corner], row] = 0.5  # the mark drowns no feature


def _read(decoder: Sam2MaskDecoder, channels: Channels) -> None:
    """Read the mask from the marks."""
    marks = torch.tensor([[-1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.5, 0.5]])  # for it, against it
    decoder.upscale_conv1.weight[channels.kinds, :2] = marks.T[:, :, None, None].expand(4, 2, 2, 2)
    decoder.upscale_conv2.weight[:, :2] = 0
    decoder.upscale_conv2.weight[[0, 1], [0, 1]] = 1
    for skip in (decoder.conv_s0, decoder.conv_s1):
        skip.weight.mul_(0.3)
        skip.weight[:2] = 0
    for head in decoder.output_hypernetworks_mlps:
        nn.init.normal_(head.proj_out.weight, std=0.02)
        head.proj_out.bias.copy_(torch.tensor([2.0, -1.0, *[-0.3] * (len(head.proj_out.bias) - 2)]))
    nn.init.ones_(decoder.upscale_conv2.bias)  # most of a photo is not the object
    nn.init.zeros_(decoder.upscale_conv2.bias[:2])
