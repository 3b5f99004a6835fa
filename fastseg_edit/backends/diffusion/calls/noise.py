"""Noise that is drawn between the steps."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch


@contextmanager
def drawn(scheduler: Any, generators: list[torch.Generator]) -> Iterator[None]:
    """Let a scheduler draw from the random numbers of the holes meanwhile.

    Pipelines for flow matching do not hand them on, as most schedulers draw nothing; and one that
    does would draw from those of torch, and paint otherwise each time.

    Args:
        scheduler: Of diffusers.
        generators: One for each hole. What a pipeline hands on itself comes before them.
    """
    if "generator" not in signature(scheduler.step).parameters:
        yield
        return
    scheduler.step = partial(scheduler.step, generator=generators)
    try:
        yield
    finally:
        del scheduler.step
