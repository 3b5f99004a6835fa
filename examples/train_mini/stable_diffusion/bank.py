"""Training samples as latents, drawn in shards of which each is used a few times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
import windows

from fastseg_edit.world import Split

if TYPE_CHECKING:
    from diffusers import AutoencoderKL
    from torch import Tensor

CELL = 4  # pixels of a latent, each way


@dataclass(frozen=True, slots=True, eq=False)
class Shard:
    """N samples as the network sees them.

    Attributes:
        filled: (N, 4, 16, 16) latents with the new object.
        plate: (N, 4, 16, 16) latents without it.
        masked: (N, 4, 16, 16) latents of the picture with the hole in grey.
        hole: (N, 1, 16, 16) of 0 and 1: every fourth pixel of the mask, as diffusers takes it.
        names: Colour and shape of each new object.
    """

    filled: Tensor
    plate: Tensor
    masked: Tensor
    hole: Tensor
    names: list[tuple[str, str]]


@torch.no_grad()
def draw(autoencoder: AutoencoderKL, first: int, count: int) -> Shard:
    """Draw and encode training samples.

    Args:
        autoencoder: Trained, with its scaling factor.
        first: Number of the first training scene.
        count: N.
    """
    samples = [windows.sample(Split.TRAIN.seed(index)) for index in range(first, first + count)]
    holes = np.stack([sample.hole for sample in samples])
    plates = np.stack([sample.plate for sample in samples])
    pixels = (~holes[:, None]).astype(np.float32)
    masked = signed(plates) * torch.from_numpy(pixels)
    return Shard(
        encode(autoencoder, signed(np.stack([sample.filled for sample in samples]))),
        encode(autoencoder, signed(plates)),
        encode(autoencoder, masked),
        torch.from_numpy(holes[:, None, ::CELL, ::CELL].astype(np.float32)),
        [(windows.COLOURS[each.colour], windows.SHAPES[each.shape]) for each in samples],
    )


def signed(pictures: np.ndarray) -> Tensor:
    """Return (N, 3, H, W) from -1 to 1 of (N, H, W, 3) bytes."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def encode(autoencoder: AutoencoderKL, pictures: Tensor) -> Tensor:
    """Return the latents of pictures, (N, 4, H / 4, W / 4)."""
    device = next(autoencoder.parameters()).device
    coded = [autoencoder.encode(part.to(device)).latent_dist.mean for part in pictures.split(32)]
    return torch.cat(coded) * autoencoder.config.scaling_factor
