"""Painting once in single precision what half precision could not."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Iterator

_HALVES = (torch.float16, torch.bfloat16)


def is_half(pipeline: Any) -> bool:
    """Return whether some of a pipeline runs in half precision."""
    return any(True for _ in _halves(pipeline))


@contextmanager
def single(pipeline: Any) -> Iterator[None]:
    """Run a pipeline in single precision meanwhile. Every weight is the same after it."""
    halves = [(tensor, tensor.dtype) for tensor in _halves(pipeline)]
    with torch.inference_mode(False):  # or the weights could not be changed any more later
        for tensor, _ in halves:
            tensor.data = tensor.data.to(torch.float32)
    try:
        yield
    finally:
        with torch.inference_mode(False):
            for tensor, dtype in halves:
                tensor.data = tensor.data.to(dtype)


def _halves(pipeline: Any) -> Iterator[Tensor]:
    for part in pipeline.components.values():
        if isinstance(part, nn.Module):
            for tensor in (*part.parameters(), *part.buffers()):
                if tensor.dtype in _HALVES:
                    yield tensor
