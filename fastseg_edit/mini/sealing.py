"""Writes the hashes of the shipped weights into the catalogue."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import yaml

from fastseg_edit import catalogue

if TYPE_CHECKING:
    from pathlib import Path

CARD = "README.md"
"""The model card, which is nothing that a model reads."""


def seal(target: Path = catalogue.FILE) -> int:
    """Write the catalogue anew, with the SHA-256 of every file that lies in the package now.

    Args:
        target: Where to write it.

    Returns:
        The bytes of all these files.
    """
    document, size = {}, 0
    for name, weights in catalogue.known().items():
        paths = sorted(path for path in weights.path.rglob("*") if path.is_file())
        files = {
            path.relative_to(weights.path).as_posix(): catalogue.digest(path)
            for path in paths
            if weights.folder and path.name != CARD
        }
        size += sum((weights.path / file).stat().st_size for file in files)
        document[name] = _entry(weights, files)
    target.write_text(yaml.safe_dump(document, sort_keys=False, width=100), encoding="utf-8")
    return size


def _entry(weights: catalogue.Weights, files: dict[str, str]) -> dict[str, Any]:
    """Return what the catalogue says of weights, without what is empty."""
    known = {field.name: getattr(weights, field.name) for field in fields(weights)}
    named = {key: value for key, value in known.items() if value and key != "name"}
    return named | {"files": files}
