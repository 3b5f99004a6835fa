"""What else a model may be called by: its weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from fastseg_edit import catalogue, registry
from fastseg_edit.errors import UnknownNameError
from fastseg_edit.hub.cache import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.weights import Weights

INDEX, CONFIGURATION = "model_index.json", "config.json"

SUFFIXES = {
    "inpainter": {".safetensors": "diffusion", ".ckpt": "diffusion", ".pt": "lama"},
    "segmenter": {".pt": "fastsam", ".pth": "sam", ".safetensors": "sam"},
    "grounder": {".pt": "yolo"},
}
"""The model that loads a file with such an ending, for each kind of model."""

REMOTE = {
    "inpainter": "diffusion",
    "segmenter": "sam",
    "grounder": "grounding",
    "ranker": "clip",
}
"""The model that loads a repository of a hub that is not on this machine yet."""


def resolved(kind: str, name: str) -> tuple[str, dict[str, str]]:
    """Return the registered name of a model, and the weights that it is to load.

    Args:
        kind: One of `registry.KINDS`.
        name: A registered name, which stands for itself; weights of the catalogue; a folder or a
            file on this machine; or owner/name, after which @revision or :file may follow, of a
            model hub. The first of them that there is counts.

    Raises:
        UnknownNameError: With E_NAME and the nearest of all names, if it is nothing of these.
    """
    if name in registry.names(kind):
        return name, {}
    entry = catalogue.known().get(name)
    if entry and _is_loaded(kind, entry):
        return entry.family, {"weights": name}
    if entry:
        raise _unknown(kind, name, f"{name!r} are weights of a {entry.role}, and of no {kind}")
    if "\0" not in name and Path(name).exists():
        return _of_path(kind, Path(name)), {"weights": name}
    repository = Repository.parse(name.partition(":")[0])
    if repository and kind in REMOTE:
        return _of_hub(kind, name, repository), {"weights": name}
    is_file = Path(name).suffix in SUFFIXES.get(kind, {})
    lacking = ", and there is no such file" if is_file else ""
    raise _unknown(kind, name, f"no {kind} is called {name!r}{lacking}")


def _is_loaded(kind: str, weights: Weights) -> bool:
    """Tell whether weights make a model of a kind by themselves."""
    return weights.role in registry.KINDS and weights.family in registry.names(kind)


def _of_path(kind: str, path: Path) -> str:
    """Return which model loads a folder or a file."""
    known = SUFFIXES.get(kind, {})
    family = _of_folder(kind, path) if path.is_dir() else known.get(path.suffix.lower())
    if family is None:
        endings = ", ".join(known) or "no file"
        hint = f"Give a folder with {INDEX} or {CONFIGURATION}, or a file: {endings}."
        message = f"it cannot be told which {kind} would load {str(path)!r}"
        raise UnknownNameError("E_NAME", message, hint)
    return family


def _of_folder(kind: str, folder: Path) -> str | None:
    is_pipeline = (folder / INDEX).is_file()
    if kind == "inpainter" and is_pipeline:
        return "diffusion"
    stated = _stated(folder / CONFIGURATION)
    if stated is None or is_pipeline:
        return None
    match kind:
        case "inpainter":
            return "lama"
        case "segmenter" if "model_type" not in stated:
            return "fastsam"
    return REMOTE.get(kind)


def _of_hub(kind: str, name: str, repository: Repository) -> str:
    """Return which model loads a repository, by its files where they are on this machine."""
    file = Path(name.partition(":")[2])
    by_file = SUFFIXES.get(kind, {}).get(file.suffix.lower())
    by_folder = _of_folder(kind, repository.snapshot) if repository.snapshot else None
    return by_file or by_folder or REMOTE[kind]


def _stated(path: Path) -> Mapping[str, object] | None:
    """Return what a configuration states, or None if there is none that can be read."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _unknown(kind: str, name: str, message: str) -> UnknownNameError:
    loaded = (each.name for each in catalogue.known().values() if _is_loaded(kind, each))
    hint = registry.suggest(name, {*registry.names(kind), *loaded})
    return UnknownNameError("E_NAME", message, hint)
