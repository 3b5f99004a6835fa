"""Train fastsam-mini: python examples/train_mini/fastsam.py --out runs/fastsam.

A YOLOv8 with masks and one class, as FastSAM is, half as wide as the smallest that ultralytics
names. It learns from scenes that are drawn as it goes, with the library's own loss, and ends as a
folder that the backend loads.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import torch
from common import Average, Checkpoint, Log, arguments, device, halved, rate, set_rate, steps
from fastsam_scenes import draw
from safetensors.torch import save_file

from fastseg_edit.backends.yolo import network

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from torch import Tensor, nn

SAMPLES = 36_000
CONFIGURATION = {
    "network": {"base": "v8/yolov8-seg", "depth": 0.33, "width": 0.125},
    "side": 256,
    "confidence": 0.4,
    "overlap": 0.7,
}
GAINS = {"box": 7.5, "cls": 0.5, "dfl": 1.5, "overlap_mask": False}  # ultralytics' own

_BATCH = 16
_PEAK = 3e-3
_DECAY = 5e-4
_EVERY = 800  # samples between two lines of the log, and two checkpoints
_LOSSES = ("box", "mask", "object", "border")


def main() -> None:
    """Train until the budget is spent, then write the model."""
    given = arguments("Train fastsam-mini.", SAMPLES)
    model = network.build(network.Architecture(**CONFIGURATION["network"]))
    model.to(device()).args = SimpleNamespace(**GAINS)
    average = Average(model, 0.998)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=_DECAY)
    parts = {"model": model, "average": average.model, "optimizer": optimizer}
    checkpoint = Checkpoint(given.out / "checkpoint.pt", parts, Log(_EVERY), _EVERY)
    done = checkpoint.load()
    average.steps = done // _BATCH
    for seen in steps(done, given.samples, _BATCH, "fastsam-mini"):
        losses = _step(model, optimizer, given, seen)
        average.update(model)
        checkpoint.log.add(seen, _BATCH, losses)
        if checkpoint.due(seen, _BATCH):
            checkpoint.save(seen)
    _write(average.model, given.out / "fastsam-mini")


def _step(
    model: nn.Module, optimizer: torch.optim.Optimizer, given: Namespace, seen: int
) -> dict[str, float]:
    """Learn from one batch, and return its losses."""
    share = seen / given.samples
    set_rate(optimizer, rate(_PEAK, share))
    batch = draw(given.seed, seen - _BATCH, _BATCH, share)
    batch = {name: value.to(device()) for name, value in batch.items()}
    model.train()
    with torch.autocast(device().type, torch.bfloat16):
        found = model(batch["img"])
    loss, _ = model.loss(batch, _precise(found))
    optimizer.zero_grad()
    loss.sum().backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
    optimizer.step()
    return dict(zip(_LOSSES, (loss.detach() / _BATCH).tolist(), strict=False))


def _precise(found: dict | list | Tensor) -> dict | list | Tensor:
    """Return what the network found in full precision: the loss needs more than half of it."""
    if isinstance(found, dict):
        return {name: _precise(value) for name, value in found.items()}
    return [_precise(value) for value in found] if isinstance(found, list) else found.float()


def _write(model: nn.Module, folder: Path) -> None:
    """Write what is shipped."""
    folder.mkdir(exist_ok=True)
    weights = folder / "model.safetensors"
    save_file(halved(model.state_dict()), weights)
    weights.chmod(0o644)
    text = json.dumps(CONFIGURATION, indent=2) + "\n"
    (folder / "config.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
