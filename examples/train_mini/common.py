"""What every training of a mini model shares: options, progress, and going on after a stop.

A budget is counted in samples, not in minutes, so that a seed gives the same model on a slow
machine as on a fast one.
"""

from __future__ import annotations

import argparse
import copy
import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn


def arguments(about: str, samples: int, **flags: str) -> argparse.Namespace:
    """Read the command line: `out`, `samples`, `seed`, `threads`.

    Args:
        about: First line of the help.
        samples: Budget where none is given: what the shipped model was trained with.
        flags: What else can be switched on: its name, and what it does.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and model")
    parser.add_argument("--samples", type=int, default=samples, help="how many to train on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the processor")
    for name, effect in flags.items():
        parser.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=effect)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(given.seed)
    return given


def device() -> torch.device:
    """Return the GPU if there is one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def rate(peak: float, share: float, warm: float = 0.02) -> float:
    """Return the learning rate: a short linear rise, then half a cosine down to a fiftieth.

    Args:
        peak: Highest rate.
        share: How much of the training is done, 0 to 1.
        warm: Share of the training in which the rate rises.

    References:
        Loshchilov, Hutter. SGDR: stochastic gradient descent with warm restarts. ICLR 2017.
        arXiv:1608.03983
    """
    rise = min(1.0, share / warm) if warm else 1.0
    return peak * max(rise, 0.01) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(share, 1.0))))


def set_rate(optimizer: torch.optim.Optimizer, value: float) -> None:
    """Give every parameter one learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = value


def passed(every: int, done: int, batch: int) -> bool:
    """Return whether the last `batch` of `done` samples went past a multiple of `every`."""
    return done // every > (done - batch) // every


class Average:
    """An exponential moving average of a model's weights: what is shipped, for it is steadier.

    Args:
        model: The model that is trained.
        decay: How much of the old average stays at each step. Less in the first steps.

    References:
        Polyak, Juditsky. Acceleration of stochastic approximation by averaging. SIAM 1992.
        doi:10.1137/0330046
    """

    def __init__(self, model: nn.Module, decay: float = 0.999) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.decay = decay
        self.steps = 0

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Take in the weights after a step."""
        self.steps += 1
        decay = min(self.decay, self.steps / (self.steps + 10))
        torch._foreach_lerp_(
            list(self.model.parameters()), [each.data for each in model.parameters()], 1 - decay
        )
        for kept, now in zip(self.model.buffers(), model.buffers(), strict=True):
            kept.copy_(now)


@dataclass
class Log:
    """Means of the losses since the last line, and all lines so far.

    Attributes:
        every: Samples between two lines.
    """

    every: int
    lines: list[dict[str, float]] = field(default_factory=list)
    _sums: dict[str, tuple[float, int]] = field(default_factory=dict)

    def add(self, done: int, batch: int, losses: dict[str, float]) -> None:
        """Take in the losses of one step; `done` counts the samples with this batch."""
        for name, value in losses.items():
            total, count = self._sums.get(name, (0.0, 0))
            self._sums[name] = (total + value, count + 1)
        if passed(self.every, done, batch):
            means = {name: round(total / count, 5) for name, (total, count) in self._sums.items()}
            self.lines.append({"samples": done, **means})
            print(self.lines[-1], flush=True)
            self._sums = {}


@dataclass
class Checkpoint:
    """Everything that a stopped training needs to go on, in one file.

    Attributes:
        path: Where it lies.
        parts: What has `state_dict` and `load_state_dict`, by name.
        log: The learning curve, kept too.
        every: Samples between two savings.
    """

    path: Path
    parts: dict[str, Any]
    log: Log
    every: int

    def load(self) -> int:
        """Restore the last state, if there is one, and return how many samples it had seen."""
        if not self.path.exists():
            return 0
        state = torch.load(self.path, map_location="cpu", weights_only=True)
        for name, part in self.parts.items():
            part.load_state_dict(state["parts"][name])
        self.log.lines = state["log"]
        torch.set_rng_state(state["random"])
        return int(state["samples"])

    def save(self, done: int) -> None:
        """Write the state beside the old one, then put it in its place."""
        state = {
            "parts": {name: part.state_dict() for name, part in self.parts.items()},
            "log": self.log.lines,
            "random": torch.get_rng_state(),
            "samples": done,
        }
        fresh = self.path.with_suffix(".part")
        torch.save(state, fresh)
        fresh.replace(self.path)

    def due(self, done: int, batch: int) -> bool:
        """Return whether these samples went past a multiple of `every`."""
        return passed(self.every, done, batch)


def steps(done: int, samples: int, batch: int, about: str) -> Iterator[int]:
    """Count batches behind a progress bar.

    Args:
        done: Samples seen before.
        samples: Samples in all.
        batch: Samples in a step.
        about: Words beside the bar.

    Yields:
        How many samples have been seen with this step.
    """
    columns = (TextColumn(about), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Lines of the log are printed beside the bar, also into a file.
    with Progress(*columns, redirect_stdout=False) as bar:
        task = bar.add_task(about, total=samples, completed=done)
        while done < samples:
            done += batch
            yield done
            bar.update(task, completed=min(done, samples))


def halved(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return weights in half precision, as they are shipped."""
    return {
        name: value.detach().cpu().contiguous().half() if value.is_floating_point() else value
        for name, value in state.items()
    }
