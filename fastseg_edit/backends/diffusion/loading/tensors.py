"""Files of safetensors: which one is meant, and what is in it, before anything is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError, safe_open

from fastseg_edit import catalogue
from fastseg_edit.errors import ModelError, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUFFIX = ".safetensors"


def file(what: str, weights: str) -> Path:
    """Return the one file of safetensors that is meant.

    Args:
        what: What it is for, to begin an error with: "the LoRA".
        weights: A file; a folder that holds one; or a name that the catalogue or the hub knows.

    Raises:
        ModelError: With E_MODEL_MISSING, if it is not there, or is a pickle.
        SpecError: With E_SPEC, if a folder holds several.
    """
    path = catalogue.folder(weights)
    if path.is_dir():
        held = sorted(path.glob(f"*{SUFFIX}"))
        if len(held) > 1:
            names = ", ".join(each.name for each in held[:4])
            message = f"{what} {weights} is a folder of {len(held)} files: {names}"
            raise SpecError("E_SPEC", message, "Name one of them.")
        if not held:
            message = f"{what} {weights} is a folder without a file of safetensors"
            raise ModelError("E_MODEL_MISSING", message, "Give the file itself.")
        return held[0]
    if path.suffix != SUFFIX:
        message = f"{what} must be safetensors, got {path.name}"
        hint = "Other files can run a program when they are read; convert it where it came from."
        raise ModelError("E_MODEL_MISSING", message, hint)
    return path


def shapes(what: str, path: Path) -> dict[str, tuple[int, ...]]:
    """Return the name and the shape of everything in a file, without reading the numbers.

    Raises:
        ModelError: With E_MODEL_MISSING, if the file is damaged.
    """
    try:
        with safe_open(path, framework="pt") as opened:
            return {name: tuple(opened.get_slice(name).get_shape()) for name in opened.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise _damaged(what, path) from error


def numbers(what: str, path: Path) -> dict[str, torch.Tensor]:
    """Return everything in a file, all of which has to be numbers.

    Raises:
        ModelError: With E_MODEL_MISSING, if the file is damaged, or a value is not a number.
    """
    try:
        with safe_open(path, framework="pt") as opened:
            held = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise _damaged(what, path) from error
    check_finite(what, path, held)
    return held


def check_finite(what: str, path: Path, held: Mapping[str, torch.Tensor]) -> None:
    """Refuse weights with a value that is not a number, with E_MODEL_MISSING."""
    for name, values in held.items():
        if values.is_floating_point() and not torch.isfinite(values).all():
            message = f"{what} {path.name} holds values that are not numbers, in {name}"
            raise ModelError("E_MODEL_MISSING", message, "Fetch it again.")


def _damaged(what: str, path: Path) -> ModelError:
    message = f"{what} {path.name} is not a whole file of safetensors"
    return ModelError("E_MODEL_MISSING", message, "Fetch it again.")
