"""Train lama-mini: removes an object of a drawn scene, and continues what was behind it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import common
import lama_holes
import torch
from safetensors.torch import save_file

from fastseg_edit.backends.lama.network import Configuration, Generator

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

SAMPLES = 20_000
BATCH = 16
PEAK = 2e-3
CONFIGURATION = Configuration(width=16, halvings=3, blocks=5, share=0.75, residual=True)

_SIDES = ((0.60, 64), (0.85, 96), (1.0, 128))
"""Sides of the windows, each until a share of the training is done. Small ones cost a quarter."""

_FLOOR = (2 / 255) ** 2  # of the squared error: about the grain of a scene, which nobody can guess


def loss_of(painted: Tensor, truth: Tensor, mask: Tensor) -> tuple[Tensor, dict[str, float]]:
    """Return what is made small, and figures for the log.

    The logarithm of each hole's mean squared error is its PSNR, but for sign and scale, so a
    plain wall counts as much as bricks do. A little of the absolute error keeps edges sharp.

    Args:
        painted: (N, 3, H, W) in [0, 1].
        truth: The same.
        mask: (N, 1, H, W) of 0 and 1.
    """
    area = 3 * mask.sum((1, 2, 3)).clamp(min=1)
    difference = (painted - truth) * mask
    squared = difference.square().sum((1, 2, 3)) / area
    absolute = difference.abs().sum((1, 2, 3)) / area
    loss = (squared + _FLOOR).log().mean() + 4 * absolute.mean()
    return loss, {"psnr": float(-10 * squared.detach().clamp(min=1e-7).log10().mean())}


def main() -> None:
    """Train, going on from a checkpoint if there is one, and write the model."""
    given = common.arguments(__doc__ or "", SAMPLES)
    model = Generator(CONFIGURATION).to(common.device(), memory_format=torch.channels_last)
    average = common.Average(model, 0.998)
    optimizer = torch.optim.AdamW(model.parameters(), PEAK, weight_decay=1e-4)
    log = common.Log(2_000)
    parts = {"model": model, "average": average.model, "optimizer": optimizer}
    checkpoint = common.Checkpoint(given.out / "checkpoint.pt", parts, log, 1_000)
    done = checkpoint.load()
    average.steps = done // BATCH
    for seen in common.steps(done, given.samples, BATCH, "lama-mini"):
        share = seen / given.samples
        common.set_rate(optimizer, common.rate(PEAK, share))
        examples = lama_holes.batch(seen // BATCH, given.seed, BATCH, side_at(share))
        log.add(seen, BATCH, learn(model, optimizer, examples))
        average.update(model)
        if checkpoint.due(seen, BATCH):
            checkpoint.save(seen)
    checkpoint.save(given.samples)
    write(average.model, given.out / "lama-mini")


def side_at(share: float) -> int:
    """Return the side of the windows when a share of the training is done."""
    return next(side for until, side in _SIDES if min(share, 1) <= until)


def learn(
    model: Generator, optimizer: torch.optim.Optimizer, examples: tuple[Tensor, Tensor, Tensor]
) -> dict[str, float]:
    """Take one step, and return figures for the log."""
    device = next(model.parameters()).device
    photo, truth, mask = (each.to(device, memory_format=torch.channels_last) for each in examples)
    with torch.autocast(device.type, torch.bfloat16):
        painted = model(photo, mask)
    loss, figures = loss_of(painted, truth, mask)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return {"loss": float(loss.detach()), **figures}


def write(model: torch.nn.Module, folder: Path) -> None:
    """Write what the backend loads."""
    folder.mkdir(exist_ok=True)
    weights = folder / "model.safetensors"
    save_file(common.halved(model.state_dict()), weights)
    weights.chmod(0o644)  # safetensors lets nobody else read it
    text = json.dumps(asdict(CONFIGURATION), indent=2)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
