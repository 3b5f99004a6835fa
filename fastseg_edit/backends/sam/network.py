"""From weights on disk to a network that is ready to answer."""

from __future__ import annotations

import warnings
from pickle import UnpicklingError
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from fastseg_edit import catalogue
from fastseg_edit.backends import pretrained
from fastseg_edit.backends.sam import original
from fastseg_edit.backends.sam.families import FAMILIES, PADDED
from fastseg_edit.backends.sam.square import Square
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

_PICKLES = (".pt", ".pth")
_WANTED = "Give a release of SAM or MobileSAM, as .safetensors or .pt."


def load(path: Path, device: torch.device, allow_pickle: bool = False) -> Square:
    """Load a network. Its family is read from its configuration or its weights, not its name.

    Args:
        path: A folder as the transformers library saves it; or a file, or a folder with one file,
            as the authors of SAM or MobileSAM released it.
        device: Where it is to run.
        allow_pickle: True to read a `.pt` or `.pth` file that the catalogue does not know. Even
            then only numbers are read.

    Raises:
        ModelError: With E_MODEL_MISSING, if there is no whole network of a known family in it.
    """
    if path.is_file():
        return _release(path, device, allow_pickle)
    if not (path / pretrained.CONFIGURATION).is_file() and (file := _only_file(path)):
        return _release(file, device, allow_pickle)
    family = FAMILIES[pretrained.family(path, FAMILIES)]
    return Square(pretrained.network(path, family.model, FAMILIES), family.style, device)


def _only_file(folder: Path) -> Path | None:
    """Return the one file of weights in a folder, unless it is called as in the library."""
    files = [
        each
        for each in folder.iterdir()
        if each.suffix in (*_PICKLES, ".safetensors") and each.name != "model.safetensors"
    ]
    return files[0] if len(files) == 1 else None


def _release(file: Path, device: torch.device, allow_pickle: bool) -> Square:
    state = _read(file, allow_pickle)
    if not original.known(state):
        raise _unusable(file, "holds no weights of SAM or MobileSAM")
    try:
        model = original.build(state)
    except (RuntimeError, ValueError, LookupError, TypeError) as error:
        raise _unusable(file, "lacks weights of SAM, or has others as well") from error
    return Square(model, PADDED, device)


def _read(file: Path, allow_pickle: bool) -> dict[str, Tensor]:
    """Return weights by name."""
    if file.suffix not in _PICKLES:
        try:
            return load_file(file)
        except (OSError, SafetensorError) as error:
            raise _unusable(file, "is no file of safetensors, or is damaged") from error
    if not (allow_pickle or catalogue.trusted(file)):
        raise ModelError(
            "E_MODEL_MISSING",
            f"{file.name} is a pickle file, which can run a program when it is read",
            "If you trust where it is from, set allow_pickle to true.",
        )
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Detected pickle protocol")  # it is refused anyway
            state = torch.load(file, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, ValueError, UnpicklingError) as error:
        raise _unusable(file, "holds more than weights, or is damaged") from error
    if isinstance(state, dict) and all(torch.is_tensor(each) for each in state.values()):
        return state
    raise _unusable(file, "holds something else than weights")


def _unusable(file: Path, why: str) -> ModelError:
    return ModelError("E_MODEL_MISSING", f"{file.name} {why}", _WANTED)
