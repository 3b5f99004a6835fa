"""From files to a network: a folder without pickle, or a checkpoint of ultralytics."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from fastseg_edit.backends.fastsam.library import SegmentationModel, torch_safe_load
from fastseg_edit.backends.fastsam.network import Architecture, build
from fastseg_edit.errors import ModelError, SpecError
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS, CONFIGURATION = "model.safetensors", "config.json"
"""The two files of a folder."""


@dataclass(frozen=True)
class Habits(Checked):
    """How weights are best used. The defaults are those of FastSAM's authors.

    Args:
        side: Pixels of the longer side of a photo as the network sees it.
        confidence: Score below which nothing is an object.
        overlap: Intersection over union of two boxes from which they show one object.
    """

    side: Annotated[int, Range(32, 4096)] = 1024
    confidence: Annotated[float, Range(0, 1)] = 0.4
    overlap: Annotated[float, Range(0, 1)] = 0.9


def load(path: Path, allow_pickle: bool) -> tuple[SegmentationModel, Habits]:
    """Load a network.

    Args:
        path: A folder with safetensors and their configuration, or a `.pt` file of ultralytics.
        allow_pickle: True to read a `.pt` file. Even then only classes that ultralytics knows to
            be harmless are made from it.

    Raises:
        ModelError: With E_MODEL_MISSING, if there are no such weights in it.
    """
    return _folder(path) if path.is_dir() else _checkpoint(path, allow_pickle)


def save_checkpoint(network: SegmentationModel, path: Path) -> None:
    """Write a `.pt` file that `ultralytics.FastSAM` opens.

    Args:
        network: From `load` or `build`.
        path: Where to; its name ends with `.pt`.
    """
    torch.save({"model": network, "train_args": {"task": "segment"}}, path)


def _folder(path: Path) -> tuple[SegmentationModel, Habits]:
    try:
        read: dict[str, Any] = json.loads((path / CONFIGURATION).read_text(encoding="utf-8"))
        network = build(Architecture(**read.pop("network")))
        habits = Habits(**read)
        network.load_state_dict(load_file(path / WEIGHTS), strict=True)
    except FileNotFoundError as error:
        raise _unusable(path, f"has no {CONFIGURATION} or no {WEIGHTS}") from error
    except (OSError, SafetensorError) as error:
        raise _unusable(path, f"has a {WEIGHTS} that cannot be read") from error
    except (ValueError, KeyError, TypeError, AttributeError, SpecError) as error:
        raise _unusable(path, f"has a {CONFIGURATION} that does not describe a network") from error
    except RuntimeError as error:  # of load_state_dict, several screens long
        raise _unusable(path, f"has a {WEIGHTS} of another network") from error
    return network.eval(), habits


def _checkpoint(path: Path, allow_pickle: bool) -> tuple[SegmentationModel, Habits]:
    if path.suffix != ".pt":
        raise _unusable(path, "is neither a folder nor a .pt file")
    if not allow_pickle:
        raise ModelError(
            "E_MODEL_MISSING",
            f"{path.name} is a pickle file, which can run a program when it is read",
            "If you trust where it is from, set allow_pickle to true.",
        )
    try:
        stored, _ = torch_safe_load(path, safe_only=True)
        network = (stored.get("ema") or stored["model"]).float().eval()
    except (TypeError, KeyError, AttributeError, RuntimeError, OSError) as error:
        raise _unusable(path, "is not a checkpoint of ultralytics") from error
    if not isinstance(network, SegmentationModel):
        raise _unusable(path, "holds a network that makes no masks")
    return network, Habits()


def _unusable(path: Path, why: str) -> ModelError:
    return ModelError(
        "E_MODEL_MISSING",
        f"{path.name} {why}",
        "Name weights of the catalogue, or give a folder or a file with weights of FastSAM.",
    )
