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
from fastseg_edit.backends.lama.published import translated
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor, nn

CONFIGURATION = "config.json"
STATE = "model.safetensors"

_SIDE = 64  # of the grey picture that a network has to paint before it is trusted
_SAME = 1 / 255  # by which two networks that are one may differ


def load(weights: str) -> nn.Module:
    """Return a network that takes a picture and a mask, and returns a picture.

    Args:
        weights: A name in the catalogue; a folder with `model.safetensors` and, unless its names
            are those of the published LaMa, `config.json`; a safetensors file with those names;
            or a TorchScript file, which is how big-lama is given away. TorchScript is a program:
            load none from somebody that you would not run a program from.

    Raises:
        ModelError: With E_MODEL_MISSING, if they are not there, or are something else; with
            E_MODEL_OUTPUT, if they do not paint.
    """
    path = catalogue.folder(weights)
    if path.is_dir():
        network = _of_folder(path)
    elif path.suffix == ".safetensors":
        network = _of_state(path, path.with_name(CONFIGURATION))
    else:
        network = _of_script(path)
    network.eval()
    _try(network, path)
    return network


def _of_folder(path: Path) -> nn.Module:
    if not (path / STATE).is_file():
        raise _unusable(f"the weights in {path} lack their file {STATE}")
    return _of_state(path / STATE, path / CONFIGURATION)


def _of_state(path: Path, configuration: Path) -> nn.Module:
    """Build the network of a safetensors file: the published one, or one of our own sizes."""
    try:
        state = load_file(path)
        known = translated(state)
        if known is None and configuration.is_file():
            known = _configuration(configuration), state
        if known is not None:
            return _built(*known)
    except (OSError, LookupError, ValueError, TypeError, RuntimeError, SafetensorError) as error:
        raise _unusable(f"{path} does not hold the weights of a LaMa network") from error
    raise _unusable(f"the weights in {configuration.parent} lack their file {CONFIGURATION}")


def _built(configuration: Configuration, state: dict[str, Tensor]) -> Generator:
    network = Generator(configuration)
    counters = {name: each for name, each in network.state_dict().items() if each.ndim == 0}
    network.load_state_dict({**counters, **state})  # published weights may lack the counters
    return network.requires_grad_(False)


def _configuration(path: Path) -> Configuration:
    return Configuration(**json.loads(path.read_text(encoding="utf-8")))


def _of_script(path: Path) -> nn.Module:
    try:
        with warnings.catch_warnings():
            # torch wants models exported in another way; those that are out there are not.
            warnings.filterwarnings("ignore", "`torch.jit", FutureWarning)
            jit: Any = torch.jit  # it has no types
            script = jit.load(path, map_location="cpu").eval()
    except (OSError, ValueError, RuntimeError) as error:
        raise _unusable(f"{path} is not a TorchScript file") from error
    return _opened(script) or cast("nn.Module", script)


def _opened(script: nn.Module) -> Generator | None:
    """Return a script as a network whose layers are known, if both paint the same.

    Refinement needs the layers, and a script does not give them.
    """
    try:
        known = translated(script.state_dict())
        if known is None:
            return None
        network = _built(*known).eval()
        picture = torch.rand(1, 3, _SIDE, _SIDE, generator=torch.Generator().manual_seed(0))
        mask = _mask()
        with torch.inference_mode():
            apart = (network(picture, mask) - script(picture, mask)).abs().max()
    except (LookupError, ValueError, TypeError, RuntimeError):
        return None  # another network with the same names: the script paints by itself
    return network if apart < _SAME else None


def _mask() -> Tensor:
    mask = torch.zeros(1, 1, _SIDE, _SIDE)
    mask[..., _SIDE // 4 : _SIDE // 2, _SIDE // 4 : _SIDE // 2] = 1
    return mask


def _try(network: nn.Module, path: Path) -> None:
    """Let a network paint a grey picture, so that a foreign one fails here and in plain words."""
    grey = torch.full((1, 3, _SIDE, _SIDE), 0.5)
    mask = _mask()
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
