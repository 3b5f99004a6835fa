"""Train the autoencoder of sd-mini: 64 x 64 pixels to 16 x 16 latents of four channels and back.

Rombach et al. High-resolution image synthesis with latent diffusion models. CVPR 2022.
arXiv:2112.10752
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parent.parent))

import common
import starts
import windows

from fastseg_edit.world import Split

if TYPE_CHECKING:
    from torch import Tensor

BATCH = 4
PEAK = 4e-4
REUSED = 4  # times that a drawn picture is seen, each time another part of the colour space


def build() -> AutoencoderKL:
    """Return the untrained autoencoder."""
    channels = (16, 32, 64)
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=channels,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=1,
        sample_size=windows.SIDE,
        mid_block_add_attention=False,
    )


def pictures(first: int, count: int) -> Tensor:
    """Return what the autoencoder has to know: with object, without, and with the hole in grey.

    Args:
        first: Number of the first training scene.
        count: How many scenes; each gives one picture.

    Returns:
        (count, 3, 64, 64) float32 in -1 to 1.
    """
    drawn = []
    for index in range(first, first + count):
        sample = windows.sample(Split.TRAIN.seed(index))
        masked = np.where(sample.hole[..., None], np.uint8(128), sample.plate)
        drawn.append((sample.filled, sample.filled, sample.plate, masked)[index % 4])
    stacked = torch.from_numpy(np.stack(drawn)).permute(0, 3, 1, 2)
    return stacked.float() / 127.5 - 1


def loss(model: AutoencoderKL, batch: Tensor) -> dict[str, Tensor]:
    """Return the losses of a batch: absolute and squared error, and distance from a Gaussian."""
    coded = model.encode(batch).latent_dist
    decoded = model.decode(coded.mean + coded.std * torch.randn_like(coded.mean)).sample
    return {
        "absolute": (decoded - batch).abs().mean(),
        "squared": functional.mse_loss(decoded, batch),
        "divergence": 0.5 * (coded.mean**2 + coded.var - 1 - coded.logvar).mean(),
    }


def train(given: common.argparse.Namespace) -> AutoencoderKL:
    """Train, or go on training, and return the averaged model."""
    model = build()
    starts.autoencoder(model, pictures(0, 64))
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, betas=(0.9, 0.98), weight_decay=1e-3)
    average = common.Average(model)
    log = common.Log(every=2000)
    parts = {"model": model, "average": average.model, "optimizer": optimizer}
    kept = common.Checkpoint(given.out / "vae.checkpoint.pt", parts, log, every=8000)
    start = kept.load()
    average.steps = start // BATCH
    pool = torch.empty(0)
    for done in common.steps(start, given.samples, BATCH, "autoencoder"):
        place = (done // BATCH) % (REUSED * 256)
        if place == 0 or not len(pool):
            pool = pictures(done // REUSED, 1024)
        batch = pool[torch.randint(len(pool), (BATCH,))]
        common.set_rate(optimizer, common.rate(PEAK, done / given.samples))
        parts_of_loss = loss(model, batch)
        total = parts_of_loss["absolute"] + 2 * parts_of_loss["squared"]
        (total + 3e-4 * parts_of_loss["divergence"]).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        average.update(model)
        squared = parts_of_loss["squared"].item()
        decibels = -10 * math.log10(squared / 4)
        log.add(done, BATCH, {"psnr": decibels, "divergence": parts_of_loss["divergence"].item()})
        if kept.due(done, BATCH):
            kept.save(done)
    kept.save(max(start, given.samples))
    return average.model


@torch.no_grad()
def scaled(model: AutoencoderKL) -> AutoencoderKL:
    """Set the factor that gives latents a spread of one."""
    latents = model.encode(pictures(5_000_000, 512)).latent_dist.mean
    print(
        "latent spread", latents.std((0, 2, 3)).tolist(), "mean", latents.mean((0, 2, 3)).tolist()
    )
    model.register_to_config(scaling_factor=round(1 / latents.std().item(), 5))
    return model


if __name__ == "__main__":
    arguments = common.arguments("Train the autoencoder of sd-mini.", samples=11_000)
    scaled(train(arguments)).save_pretrained(arguments.out / "vae")
