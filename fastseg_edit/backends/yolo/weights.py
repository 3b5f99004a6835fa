"""From files to a network: a folder without pickle, or a checkpoint of ultralytics."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, replace
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Annotated, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from fastseg_edit import catalogue
from fastseg_edit.backends.yolo.library import LOADS_SAFELY, SegmentationModel, torch_safe_load
from fastseg_edit.backends.yolo.network import ONE_CLASS, Architecture, build
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
        alike: Cosine from which on two places of a photo show the same kind of thing. The default
            lets one in fifty wrong places of drawn scenes through, and nine in ten right ones.
    """

    side: Annotated[int, Range(32, 4096)] = 1024
    confidence: Annotated[float, Range(0, 1)] = 0.4
    overlap: Annotated[float, Range(0, 1)] = 0.9
    alike: Annotated[float, Range(-1, 1)] = 0.72


USUAL = Habits()


def load(path: Path, allow_pickle: bool, usual: Habits = USUAL) -> tuple[SegmentationModel, Habits]:
    """Load a network.

    Args:
        path: A folder with safetensors and their configuration, or a `.pt` file of ultralytics,
            be it alone in a folder.
        allow_pickle: True to read a `.pt` file that the catalogue does not know. Even then only
            classes that ultralytics knows to be harmless are made from it.
        usual: The habits where the weights say nothing of them.

    Raises:
        ModelError: With E_MODEL_MISSING, if there are no such weights in it.
    """
    if path.is_dir():
        checkpoints = sorted(path.glob("*.pt"))
        if len(checkpoints) != 1 or (path / CONFIGURATION).exists():
            return _folder(path, usual)
        path = checkpoints[0]
    network, trained = _checkpoint(path, allow_pickle)
    side = trained.get("imgsz")
    if isinstance(side, int) and 32 <= side <= 4096:
        return network, replace(usual, side=side)
    return network, usual


def save_checkpoint(network: SegmentationModel, path: Path) -> None:
    """Write a `.pt` file that `ultralytics.FastSAM` opens.

    Args:
        network: From `load` or `build`.
        path: Where to; its name ends with `.pt`.
    """
    torch.save({"model": network, "train_args": {"task": "segment"}}, path)


def _folder(path: Path, usual: Habits) -> tuple[SegmentationModel, Habits]:
    try:
        read: dict[str, Any] = json.loads((path / CONFIGURATION).read_text(encoding="utf-8"))
        names = read.pop("names", list(ONE_CLASS))
        if not _are_words(names):
            raise SpecError("E_SPEC", f"names must be a list of words, got {names!r}")
        network = build(Architecture(**read.pop("network")), names)
        habits = replace(usual, **read)
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


def _checkpoint(path: Path, allow_pickle: bool) -> tuple[SegmentationModel, dict[str, Any]]:
    """Return a network, and the settings that it was trained with."""
    if path.suffix != ".pt":
        raise _unusable(path, "is neither a folder nor a .pt file")
    _refuse_pickle(path, allow_pickle)
    try:
        with warnings.catch_warnings():
            # It warns of files that it did not write, and then refuses them.
            warnings.filterwarnings("ignore", "Detected pickle protocol")
            stored, _ = torch_safe_load(path, safe_only=True)
        network = (stored.get("ema") or stored["model"]).float().eval()
        trained = dict(stored.get("train_args") or {})
    except _UNREADABLE as error:
        raise _unusable(path, "is damaged, or not a checkpoint of ultralytics") from error
    _refuse_others(path, network)
    for module in network.modules():
        if isinstance(module, torch.nn.Upsample):
            module.recompute_scale_factor = None  # what torch before 1.11 saved lacks it
    return network, trained


_UNREADABLE = (
    TypeError, ValueError, KeyError, AttributeError, ImportError, RuntimeError, EOFError, OSError,
    UnpicklingError,
)  # fmt: skip


def _refuse_pickle(path: Path, allow_pickle: bool) -> None:
    """Refuse a pickle unless the user or the catalogue vouches for it."""
    if not (allow_pickle or catalogue.trusted(path)):
        raise ModelError(
            "E_MODEL_MISSING",
            f"{path.name} is a pickle file, which can run a program when it is read",
            "If you trust where it is from, set allow_pickle to true.",
        )
    if not LOADS_SAFELY:
        raise ModelError(
            "E_MODEL_MISSING",
            f"{path.name} cannot be read safely by torch {torch.__version__}",
            "Run: pip install 'torch>=2.6'",
        )


def _refuse_others(path: Path, network: Any) -> None:
    """Refuse networks that make no masks of colour photos, or do not name what they find."""
    if type(network) is not SegmentationModel:  # not the kinds derived from it: they want prompts
        raise _unusable(path, "holds a network that makes no masks, or not by itself")
    channels = next(network.parameters()).shape[1]
    if channels != 3:
        raise _unusable(path, f"holds a network for photos of {channels} channels, not of 3")
    names = getattr(network, "names", None)
    if not isinstance(names, dict) or not _are_words(list(names.values())):
        raise _unusable(path, "holds a network whose classes have no names")


def _are_words(names: Any) -> bool:
    listed = isinstance(names, list) and bool(names)
    return listed and all(isinstance(name, str) and name.strip() for name in names)


def _unusable(path: Path, why: str) -> ModelError:
    return ModelError(
        "E_MODEL_MISSING",
        f"{path.name} {why}",
        "Name weights of the catalogue, or give a folder or a file with weights of a YOLO that "
        "makes masks, such as FastSAM.",
    )
