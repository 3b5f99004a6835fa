"""What a folder of diffusers holds, told from its own files and never from its name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from fastseg_edit.backends.diffusion.loading.families import FAMILIES, UNUSED, Family
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INDEX = "model_index.json"
DEFAULTS = "fastseg_edit.json"
"""File beside `model_index.json` that says with which numbers a model works best."""

_STATED: dict[str, type[Any]] = {
    "steps": int,
    "guidance": float,
    "plain_steps": int,
    "detail": float,
}


class Checkpoint(NamedTuple):
    """What a folder holds.

    Attributes:
        folder: Where it lies.
        family: What it belongs to.
        remarks: What the owner of a photo should know, one line each.
        half: True if some of its weights are there in half precision only.
        absent: Components that were left out, as its family allows.
        settings: The configuration of its network.
        file: The one file that its weights are in; None if they are in the folder.
    """

    folder: Path
    family: Family
    remarks: tuple[str, ...]
    half: bool
    absent: tuple[str, ...]
    settings: Mapping[str, Any]
    file: Path | None = None


def unusable(folder: Path, reason: str) -> ModelError:
    """Return the error for a folder that is not a model to paint with."""
    return ModelError(
        "E_MODEL_MISSING",
        f"{folder} is not an inpainting model that can be used: {reason}",
        "Give a folder as diffusers saves a pipeline, with safetensors.",
    )


def recognise(folder: Path, channels: int | None = None) -> Checkpoint:
    """Tell the family of a folder that diffusers saved.

    The index names a class of pipelines, and the network's configuration how many channels it
    reads. Both have to fit a family; what the index says of holes is not believed.

    Args:
        folder: The folder.
        channels: How many channels the network reads, if it is known better. None for what its
            configuration says.

    Raises:
        ModelError: With E_MODEL_MISSING, if components are missing, or no family fits.
    """
    index, kin = _index(folder), _kin(folder)
    title = index.get("_class_name")
    if missing := _missing(folder, index, kin[0]):
        raise unusable(folder, f"it lacks {', '.join(missing)}")
    settings = _settings(folder, kin[0])
    if channels is not None:
        settings["in_channels"] = channels
    channels = settings.get("in_channels")
    for family in kin:
        marked = all(settings.get(name) == value for name, value in family.marks.items())
        if marked and channels in (family.holes, family.whole):
            remarks = _remarks(family, title) if channels == family.whole else ()
            absent = tuple(name for name in family.spares if name not in _listed(index))
            return Checkpoint(folder, family, remarks, _half(folder), absent, settings)
    wanted = sorted({count for one in kin for count in (one.holes, one.whole) if count})
    reason = f"its {kin[0].part} reads {channels!r} channels, and {kin[0].name} has {wanted}"
    raise unusable(folder, reason)


def network(folder: Path) -> dict[str, Any]:
    """Return the configuration of the network in a folder that diffusers saved.

    Raises:
        ModelError: With E_MODEL_MISSING, if no family fits.
    """
    return _settings(folder, _kin(folder)[0])


def defaults(folder: Path) -> dict[str, Any]:
    """Return what is stated beside the weights: steps and guidance."""
    path = folder / DEFAULTS
    if not path.is_file():
        return {}
    try:
        stated = json.loads(path.read_text("utf-8"))
        return {name: _STATED[name](value) for name, value in stated.items() if name in _STATED}
    except (ValueError, TypeError, AttributeError) as error:
        raise unusable(folder, f"its {DEFAULTS} does not state numbers") from error


def mapping(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; an empty one, if there is none."""
    try:
        held = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _index(folder: Path) -> dict[str, Any]:
    if not (folder / INDEX).is_file():
        raise unusable(folder, f"it has no {INDEX}")
    return _mapping(folder, INDEX)


def _kin(folder: Path) -> list[Family]:
    """Return the families that a folder may belong to, by the class that its index names."""
    title = _index(folder).get("_class_name")
    kin = [family for family in FAMILIES if title in family.titles]
    if not kin:
        reason = UNUSED.get(str(title), "none of the families that paint holes")
        raise unusable(folder, f"its {INDEX} names {title!r}: {reason}")
    return kin


def _mapping(folder: Path, name: str) -> dict[str, Any]:
    """Return the JSON object that a file of the folder holds."""
    try:
        held = json.loads((folder / name).read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise unusable(folder, f"its {name} cannot be read") from error
    if not isinstance(held, dict):
        raise unusable(folder, f"its {name} cannot be read")
    return held


def _listed(index: dict[str, Any]) -> list[str]:
    """Return the components that are listed as [library, class]."""
    return [name for name, part in index.items() if isinstance(part, list) and None not in part]


def _missing(folder: Path, index: dict[str, Any], family: Family) -> list[str]:
    """Return the components that are not there, or not listed."""
    listed = [name for name in _listed(index) if name not in family.loads]
    unlisted = [name for name in family.components if name not in listed]
    return unlisted + [name for name in listed if not (folder / name).is_dir()]


def _settings(folder: Path, family: Family) -> dict[str, Any]:
    """Return the configuration of the network, which has to be of the family's class."""
    settings = _mapping(folder, f"{family.part}/config.json")
    if (found := settings.get("_class_name")) != family.network:
        wanted = f"and {family.name} has a {family.network}"
        raise unusable(folder, f"its {family.part} is a {found}, {wanted}")
    return settings


def _remarks(family: Family, title: Any) -> tuple[str, ...]:
    return (
        f"the weights ({title}, {family.name}) were trained on whole pictures and not on holes: "
        "the surroundings are put back after every step, and the hole may fit them less well",
    )


def _half(folder: Path) -> bool:
    """Return whether a component has its weights in the variant fp16 and in no other."""
    halves = {path.parent for path in folder.glob("*/*.fp16*.safetensors")}
    every = {path for half in halves for path in half.glob("*.safetensors")}
    return halves != {path.parent for path in every if ".fp16" not in path.name}
