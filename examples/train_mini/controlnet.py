"""Train sd-mini-control: it makes sd-mini paint objects where a map of regions says.

The networks of sd-mini stay as they are shipped. A small encoder of the map adds to what they see;
it starts as sd-mini's own encoder, joined by convolutions of zeros, so that it changes nothing at
first. Half of the words for a region leave its shape out or have it wrong, so that the outline is
the map's and the colour the words'.

Zhang, Rao, Agrawala. Adding conditional control to text-to-image diffusion models. ICCV 2023.
arXiv:2302.05543
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from diffusers import ControlNetModel, StableDiffusionInpaintPipeline
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parent / "stable_diffusion"))

import bank
import common
import controlnet_layouts as layouts
import unet

import fastseg_edit
from fastseg_edit.backends.diffusion.additions.conditions import of_regions
from fastseg_edit.world import Split

if TYPE_CHECKING:
    from diffusers import UNet2DConditionModel
    from torch import Tensor

SD_MINI = Path(fastseg_edit.__file__).parent / "mini" / "weights" / "sd-mini"
BATCH = 8
PEAK = 8e-4
SHARD = 512
REUSED = 5  # times that each sample of a shard is used, with other noise
NEAR = 4.0  # how much more an error at an object counts than one elsewhere in the hole
OUTSIDE = 0.05  # weight of the loss where the photo stays


def build(painter: UNet2DConditionModel) -> ControlNetModel:
    """Return the network at its start: a copy of sd-mini's encoder, with words at one scale only.

    The convolutions that lead into sd-mini are zeros, as in the paper. Those that lead from the map
    are not, so that a step changes something from the first one on.
    """
    channels = painter.config.block_out_channels
    network = ControlNetModel(
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        mid_block_type="UNetMidBlock2D",
        block_out_channels=channels,
        layers_per_block=painter.config.layers_per_block,
        cross_attention_dim=painter.config.cross_attention_dim,
        attention_head_dim=painter.config.attention_head_dim,
        norm_num_groups=painter.config.norm_num_groups,
        conditioning_embedding_out_channels=(16, 32, 64),
    )
    own, theirs = network.state_dict(), painter.state_dict()
    theirs["conv_in.weight"] = theirs["conv_in.weight"][:, : own["conv_in.weight"].shape[1]]
    leading = network.controlnet_cond_embedding.conv_out
    torch.nn.init.kaiming_uniform_(leading.weight, nonlinearity="linear")
    network.load_state_dict(own | {name: theirs[name] for name in own if name in theirs})
    return network


@dataclass(frozen=True, slots=True, eq=False)
class Shard:
    """N samples as the networks see them.

    Attributes:
        clean: (N, 4, 16, 16) latents of what is to come out.
        masked: (N, 4, 16, 16) latents of the picture with the hole in grey.
        hole: (N, 1, 16, 16) of 0 and 1.
        weighty: (N, 1, 16, 16) of 0 to 1: where an error counts most.
        condition: (N, 3, 64, 64), the maps of regions.
        tokens: (N, 16) of the captions.
    """

    clean: Tensor
    masked: Tensor
    hole: Tensor
    weighty: Tensor
    condition: Tensor
    tokens: Tensor


@torch.no_grad()
def draw(pipeline: StableDiffusionInpaintPipeline, first: int, count: int) -> Shard:
    """Draw and encode training samples."""
    samples = [layouts.sample(Split.TRAIN.seed(index)) for index in range(first, first + count)]
    holes = np.stack([each.hole for each in samples])[:, None]
    weighty = np.stack([each.weighty for each in samples])[:, None]
    plates = bank.signed(np.stack([each.plate for each in samples]))
    maps = np.stack([of_regions(each.layout) for each in samples])
    tokens = pipeline.tokenizer(
        [each.caption for each in samples],
        padding="max_length",
        truncation=True,
        return_tensors="pt",
    ).input_ids
    return Shard(
        bank.encode(pipeline.vae, bank.signed(np.stack([each.filled for each in samples]))),
        bank.encode(pipeline.vae, plates * torch.from_numpy((~holes).astype(np.float32))),
        torch.from_numpy(holes[..., :: bank.CELL, :: bank.CELL].astype(np.float32)),
        functional.avg_pool2d(torch.from_numpy(weighty.astype(np.float32)), bank.CELL),
        torch.from_numpy(maps).permute(0, 3, 1, 2).contiguous(),
        tokens,
    )


class Loss:
    """What the small network adds, judged by what sd-mini then says."""

    def __init__(self, pipeline: StableDiffusionInpaintPipeline) -> None:
        self.painter = pipeline.unet.to(memory_format=torch.channels_last).requires_grad_(False)
        self.text = pipeline.text_encoder.requires_grad_(False)
        self.shares = unet.scheduler().alphas_cumprod

    def __call__(self, network: ControlNetModel, shard: Shard, chosen: Tensor) -> dict[str, Tensor]:
        """Return the squared errors in each hole, and outside them, of some samples."""
        clean, hole = shard.clean[chosen], shard.hole[chosen]
        times = unet.late_times(len(chosen))
        kept = self.shares[times][:, None, None, None]
        noisy = kept.sqrt() * clean + (1 - kept).sqrt() * torch.randn_like(clean)
        with torch.no_grad():
            words = self.text(shard.tokens[chosen]).last_hidden_state
        down, middle = network(noisy, times, words, shard.condition[chosen], return_dict=False)
        seen = torch.cat([noisy, hole, shard.masked[chosen]], 1)
        said = self.painter(
            seen,
            times,
            words,
            down_block_additional_residuals=down,
            mid_block_additional_residual=middle,
        ).sample
        error = ((said - clean) ** 2).mean(1, keepdim=True)
        near = functional.max_pool2d(hole, 3, 1, 1)
        weight = near * (1 + (NEAR - 1) * shard.weighty[chosen])
        whole = hole.mean((1, 2, 3)) == 1
        inside = (error * weight).sum((1, 2, 3)) / weight.sum((1, 2, 3))
        outside = (error * (1 - near)).mean()
        return {"hole": inside[~whole], "whole": inside[whole], "outside": outside}


class Shards:
    """Training samples, drawn as they are needed, each of them used a few times."""

    def __init__(self, pipeline: StableDiffusionInpaintPipeline, seed: int) -> None:
        self.pipeline, self.first = pipeline, seed * 10_000_000
        self.number = -1
        self.shard: Shard | None = None

    def at(self, done: int) -> Shard:
        """Return the samples among which are those of the batch that ends with number `done`."""
        number = (done - BATCH) // (SHARD * REUSED)
        if self.shard is None or number != self.number:
            self.shard = draw(self.pipeline, self.first + number * SHARD, SHARD)
            self.number = number
        return self.shard


def train(given: common.argparse.Namespace) -> ControlNetModel:
    """Train, or go on training, and return the averaged network."""
    pipeline: Any = StableDiffusionInpaintPipeline.from_pretrained(SD_MINI, dtype=torch.float32)
    network = build(pipeline.unet).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=PEAK, betas=(0.9, 0.98), weight_decay=1e-2
    )
    average, log = common.Average(network, 0.997), common.Log(every=1000)
    parts = {"model": network, "average": average.model, "optimizer": optimizer}
    kept = common.Checkpoint(given.out / "controlnet.checkpoint.pt", parts, log, every=2000)
    start = kept.load()
    average.steps = start // BATCH
    loss, shards = Loss(pipeline), Shards(pipeline, given.seed)
    for done in common.steps(start, given.samples, BATCH, "ControlNet"):
        common.set_rate(optimizer, common.rate(PEAK, done / given.samples))
        errors = loss(network, shards.at(done), torch.randperm(SHARD)[:BATCH])
        total(errors).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        average.update(network)
        means = {name: each.mean().item() for name, each in errors.items() if each.numel()}
        log.add(done, BATCH, means)
        if kept.due(done, BATCH):
            kept.save(done)
    kept.save(max(start, given.samples))
    return average.model


def total(errors: dict[str, Tensor]) -> Tensor:
    """Return the number that the training makes small."""
    inside = torch.cat([errors["hole"], errors["whole"]])
    return inside.mean() + OUTSIDE * errors["outside"]


def save(network: ControlNetModel, target: Path) -> None:
    """Write the network in half precision, as diffusers saves it, and what it reads."""
    network.to(torch.float16, memory_format=torch.contiguous_format).save_pretrained(target)
    (target / "fastseg_edit.json").write_text(json.dumps({"condition": "regions"}) + "\n", "utf-8")
    for path in target.iterdir():
        path.chmod(0o644)  # safetensors are written for the owner alone


if __name__ == "__main__":
    arguments = common.arguments("Train sd-mini-control.", samples=8_000)
    save(train(arguments), arguments.out / "sd-mini-control")
