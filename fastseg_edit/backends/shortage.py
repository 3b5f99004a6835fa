"""How it is told that memory ran out, on every kind of device."""

from __future__ import annotations

import torch

from fastseg_edit.errors import FastsegError

ERRORS = (MemoryError, RuntimeError)
"""Classes of the errors that may say so, for an `except` that asks `short` then."""

_WORDS = ("out of memory", "not enough memory", "can't allocate memory")
"""How torch puts it, on GPUs and on CPUs, where it has no error of its own for it."""


def short(error: BaseException) -> bool:
    """Return whether an error says that memory ran out."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return not isinstance(error, FastsegError) and any(word in str(error) for word in _WORDS)
