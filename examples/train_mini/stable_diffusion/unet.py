"""Train the denoising network and the text encoder of sd-mini, on latents of holes.

What a hole should hold follows from the hole and the words almost alone (`windows.sample`), so the
network learns to say at once what the clean latents are (prediction type "sample"), and most of
the training is spent where there is mostly noise. A few steps of sampling are then enough.

Rombach et al. High-resolution image synthesis with latent diffusion models. CVPR 2022.
arXiv:2112.10752
Salimans, Ho. Progressive distillation for fast sampling of diffusion models. ICLR 2022.
arXiv:2202.00512 (what to predict)
Lin et al. Common diffusion noise schedules and sample steps are flawed. WACV 2024.
arXiv:2305.08891 (trailing timesteps)
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from torch import nn
from torch.nn import functional
from transformers import CLIPTextConfig, CLIPTextModel

sys.path.insert(0, str(Path(__file__).parent.parent))

import bank
import captions
import common

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import CLIPTokenizer

BATCH = 16
PEAK = 8e-4
SHARD = 1024
REUSED = 5  # times that each sample of a shard is used, with other noise, words and task
NOTHING = 0.35  # share of samples in which the background goes on
LATE = 0.55  # share of samples that are nearly pure noise
OUTSIDE = 0.05  # weight of the loss where the photo stays
WIDTH = 64  # of the text features


def build_unet() -> UNet2DConditionModel:
    """Return the untrained network: words act at every scale, the finest one too."""
    return UNet2DConditionModel(
        sample_size=16,
        in_channels=9,
        out_channels=4,
        down_block_types=("CrossAttnDownBlock2D",) * 3,
        up_block_types=("CrossAttnUpBlock2D",) * 3,
        block_out_channels=(64, 96, 128),
        layers_per_block=1,
        cross_attention_dim=WIDTH,
        attention_head_dim=4,
        norm_num_groups=8,
    )


def build_text(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """Return the untrained text encoder."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=3 * WIDTH,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=captions.LENGTH,
            projection_dim=WIDTH,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


def scheduler() -> DDIMScheduler:
    """Return the noise schedule of Stable Diffusion, with what this network predicts."""
    return DDIMScheduler(
        beta_schedule="scaled_linear",
        beta_start=0.00085,
        beta_end=0.012,
        clip_sample=False,
        set_alpha_to_one=False,
        prediction_type="sample",
        timestep_spacing="trailing",
        steps_offset=1,
    )


class Painter(nn.Module):
    """The two networks that are trained together."""

    def __init__(self, tokenizer: CLIPTokenizer) -> None:
        super().__init__()
        self.unet = build_unet()
        self.text = build_text(tokenizer)

    def forward(self, noisy: Tensor, times: Tensor, tokens: Tensor) -> Tensor:
        """Return the clean latents, (N, 4, 16, 16)."""
        words = self.text(tokens).last_hidden_state
        return self.unet(noisy, times, words).sample  # type: ignore[no-any-return]


class Batches:
    """Endless batches from shards, the same for one seed whether or not a run was stopped."""

    def __init__(self, autoencoder: AutoencoderKL, tokenizer: CLIPTokenizer, seed: int) -> None:
        self.autoencoder, self.tokenizer, self.seed = autoencoder, tokenizer, seed
        self.number = -1
        self.shard: bank.Shard | None = None

    def at(self, done: int) -> dict[str, Tensor]:
        """Return the batch that ends with sample `done`: clean, masked, hole, tokens."""
        number = (done - BATCH) // (SHARD * REUSED)
        if self.shard is None or number != self.number:
            first = self.seed * 10_000_000 + number * SHARD
            self.shard = bank.draw(self.autoencoder, first, SHARD)
            self.number = number
        random = Random(f"batch {self.seed} {done}")
        chosen = random.sample(range(SHARD), BATCH)
        nothing = [random.random() < NOTHING for _ in chosen]
        texts = [
            captions.of_nothing(random)
            if empty
            else captions.of_object(*self.shard.names[index], random)
            for index, empty in zip(chosen, nothing, strict=True)
        ]
        empty = torch.tensor(nothing)[:, None, None, None]
        return {
            "clean": torch.where(empty, self.shard.plate[chosen], self.shard.filled[chosen]),
            "masked": self.shard.masked[chosen],
            "hole": self.shard.hole[chosen],
            "tokens": self.tokens(texts),
            "nothing": torch.tensor(nothing),
        }

    def tokens(self, texts: list[str]) -> Tensor:
        """Return (N, 16) token numbers."""
        coded = self.tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt")
        return coded.input_ids  # type: ignore[no-any-return]


def loss(painter: Painter, batch: dict[str, Tensor], shares: Tensor) -> tuple[Tensor, Tensor]:
    """Return the squared error of each sample's hole, and of its surroundings.

    Args:
        painter: The networks.
        batch: From `Batches.at`.
        shares: (1000,) how much of the clean picture is left at each time, squared.
    """
    clean = batch["clean"]
    times = late_times(len(clean))
    kept = shares[times][:, None, None, None]
    noisy = kept.sqrt() * clean + (1 - kept).sqrt() * torch.randn_like(clean)
    seen = torch.cat([noisy, batch["hole"], batch["masked"]], 1)
    error = (painter(seen, times, batch["tokens"]) - clean) ** 2
    # Latents at the rim of the hole hold masked pixels too.
    near = functional.max_pool2d(batch["hole"], 3, 1, 1)
    inside = (error * near).sum((1, 2, 3)) / (4 * near.sum((1, 2, 3)))
    outside = (error * (1 - near)).mean((1, 2, 3))
    return inside, outside


def _weighed(inside: Tensor, nothing: Tensor) -> Tensor:
    """Return the losses of holes: the logarithm of the error where the background goes on.

    That is how a removal is judged, in decibels, so a plain wall counts as much as bricks do.
    """
    return torch.where(nothing, 0.1 * (inside + 0.01).log(), inside)


def late_times(count: int) -> Tensor:
    """Return times to train at, (N,), more than half of them nearly pure noise.

    Below 930 or so the noisy latents give the shape away (an object is some 80 latents large), so
    nothing is learned there of what the words mean.
    """
    late = 930 + 70 * torch.rand(count)
    any_time = 1000 * torch.rand(count) ** 0.6
    return torch.where(torch.rand(count) < LATE, late, any_time).long().clamp(0, 999)


def train(given: common.argparse.Namespace) -> tuple[Painter, CLIPTokenizer]:
    """Train, or go on training, and return the averaged networks and their tokenizer."""
    autoencoder = AutoencoderKL.from_pretrained(given.out / "vae").requires_grad_(False)
    tokenizer = captions.tokenizer(given.out / "words")
    painter = Painter(tokenizer).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(
        painter.parameters(), lr=PEAK, betas=(0.9, 0.98), weight_decay=1e-2
    )
    average = common.Average(painter)
    log = common.Log(every=4000)
    parts = {"model": painter, "average": average.model, "optimizer": optimizer}
    kept = common.Checkpoint(given.out / "unet.checkpoint.pt", parts, log, every=8000)
    shares = scheduler().alphas_cumprod
    batches = Batches(autoencoder, tokenizer, given.seed)
    start = kept.load()
    average.steps = start // BATCH
    for done in common.steps(start, given.samples, BATCH, "painter"):
        batch = batches.at(done)
        common.set_rate(optimizer, common.rate(PEAK, done / given.samples))
        inside, outside = loss(painter, batch, shares)
        (_weighed(inside, batch["nothing"]).mean() + OUTSIDE * outside.mean()).backward()
        nn.utils.clip_grad_norm_(painter.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        average.update(painter)
        empty = batch["nothing"]
        measured = {"object": inside[~empty], "nothing": inside[empty]}
        means = {name: each.mean().item() for name, each in measured.items() if len(each)}
        log.add(done, BATCH, means)
        if kept.due(done, BATCH):
            kept.save(done)
    kept.save(max(start, given.samples))
    return average.model, tokenizer


if __name__ == "__main__":
    arguments = common.arguments("Train the painter of sd-mini.", samples=125_000)
    trained, words = train(arguments)
    trained.unet.save_pretrained(arguments.out / "unet")
    trained.text.save_pretrained(arguments.out / "text_encoder")
    words.save_pretrained(arguments.out / "tokenizer")
    scheduler().save_pretrained(arguments.out / "scheduler")
