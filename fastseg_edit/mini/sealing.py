"""Writes the hashes of the shipped weights into the catalogue."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import yaml

from fastseg_edit import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from fastseg_edit.weights import Weights

CARD = "README.md"
"""The model card, which is nothing that a model reads."""


def seal(target: Path = catalogue.FILE) -> int:
    """Write the catalogue anew, with the SHA-256 of every file that lies in the package now.

    Weights that lie elsewhere keep the hashes that the catalogue has.

    Args:
        target: Where to write it.

    Returns:
        The bytes of all files in the package.
    """
    document, size = {}, 0
    for name, weights in catalogue.known().items():
        files = _hashes(weights) if weights.folder else dict(weights.files)
        size += sum((weights.path / file).stat().st_size for file in files if weights.folder)
        document[name] = _entry(weights, files)
    target.write_text(yaml.safe_dump(document, sort_keys=False, width=100), encoding="utf-8")
    return size


def _hashes(weights: Weights) -> dict[str, str]:
    """Return the SHA-256 of each file that lies in the package."""
    paths = sorted(path for path in weights.path.rglob("*") if path.is_file())
    return {
        path.relative_to(weights.path).as_posix(): catalogue.digest(path)
        for path in paths
        if path.name != CARD
    }


def _entry(weights: Weights, files: dict[str, str]) -> dict[str, Any]:
    """Return what the catalogue says of weights, without what it need not say."""
    known = {
        field.name: value
        for field in fields(weights)
        if (value := getattr(weights, field.name)) not in (field.default, "")
    }
    return {key: value for key, value in known.items() if key != "name"} | {"files": files}
