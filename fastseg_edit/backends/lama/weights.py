"""From weights on disk to a network that is ready to paint."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from fastseg_edit import catalogue
from fastseg_edit.backends.lama.network import Configuration, Generator
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor, nn

CONFIGURATION = "config.json"
STATE = "model.safetensors"

_SIDE = 64  # of the grey picture that a network has to paint before it is trusted


def load(weights: str) -> nn.Module:
    """Return a network that takes a picture and a mask, and returns a picture.

    Args:
        weights: A name in the catalogue; a folder with `config.json` and `model.safetensors`; or
            a TorchScript file, which is how big-lama is given away. TorchScript is a program:
            load none from somebody that you would not run a program from.

    Raises:
        ModelError: With E_MODEL_MISSING, if they are not there, or are something else; with
            E_MODEL_OUTPUT, if they do not paint.
    """
    path = catalogue.folder(weights)
    network = _of_folder(path) if path.is_dir() else _of_script(path)
    network.eval()
    _try(network, path)
    return network


def _of_folder(path: Path) -> nn.Module:
    for name in (CONFIGURATION, STATE):
        if not (path / name).is_file():
            raise _unusable(f"the weights in {path} lack their file {name}")
    try:
        network = Generator(_configuration(path / CONFIGURATION))
        network.load_state_dict(load_file(path / STATE))
    except (OSError, ValueError, TypeError, RuntimeError, SafetensorError) as error:
        raise _unusable(f"{path} does not hold the weights of a LaMa network") from error
    return network


def _configuration(path: Path) -> Configuration:
    return Configuration(**json.loads(path.read_text(encoding="utf-8")))


def _of_script(path: Path) -> nn.Module:
    try:
        with warnings.catch_warnings():
            # torch wants models exported in another way; those that are out there are not.
            warnings.filterwarnings("ignore", "`torch.jit", FutureWarning)
            jit: Any = torch.jit  # it has no types
            script = jit.load(path, map_location="cpu")
    except (OSError, ValueError, RuntimeError) as error:
        raise _unusable(f"{path} is not a TorchScript file") from error
    return cast("nn.Module", script)


def _try(network: nn.Module, path: Path) -> None:
    """Let a network paint a grey picture, so that a foreign one fails here and in plain words."""
    grey = torch.full((1, 3, _SIDE, _SIDE), 0.5)
    mask = torch.zeros(1, 1, _SIDE, _SIDE)
    mask[..., _SIDE // 4 : _SIDE // 2, _SIDE // 4 : _SIDE // 2] = 1
    message = f"the network of {path} does not turn a picture and a mask into a picture"
    try:
        with torch.inference_mode():
            painted: Tensor = network(grey, mask)
    except RuntimeError as error:
        raise ModelError("E_MODEL_OUTPUT", message) from error
    good = isinstance(painted, torch.Tensor) and painted.shape == grey.shape
    if not good or not painted.isfinite().all():
        raise ModelError("E_MODEL_OUTPUT", message)


def _unusable(message: str) -> ModelError:
    hint = f"Give a folder with {CONFIGURATION} and {STATE}, or a TorchScript file of LaMa."
    return ModelError("E_MODEL_MISSING", message, hint)
