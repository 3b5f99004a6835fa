"""The processor that a network runs on."""

from __future__ import annotations

import torch

from fastseg_edit.errors import SpecError


def of(device: str) -> torch.device:
    """Return a device by name.

    Args:
        device: "cpu", "cuda", "cuda:N", or "auto" for the first CUDA device if there is one, and
            the CPU otherwise.

    Raises:
        SpecError: With E_DEVICE, if this machine has no such device.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device == "cpu":
        return torch.device("cpu")
    kind, _, number = device.partition(":")
    if kind != "cuda" or (number and not number.isdigit()):
        raise SpecError("E_DEVICE", f"device must be auto, cpu, cuda or cuda:N, got {device!r}")
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if int(number or 0) >= count:
        raise SpecError(
            "E_DEVICE",
            f"device {device!r} was asked for, and this machine has {count or 'no'} CUDA devices",
            "Say --device cpu, or leave it out.",
        )
    return torch.device(device)
