"""What this machine can do, and what would make it do better."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING

import fastseg_edit
from fastseg_edit import catalogue, profiles, registry
from fastseg_edit.errors import ModelError
from fastseg_edit.hub import cache

if TYPE_CHECKING:
    from collections.abc import Iterator

CORE = ("numpy", "opencv-python-headless", "pillow", "pyyaml", "click", "rich", "threadpoolctl")
OPTIONAL = {
    "torch": "all networks",
    "ultralytics": "FastSAM, YOLO (AGPL-3.0)",
    "transformers": "the SAM family, Grounding DINO",
    "open_clip": "text and reference prompts",
    "diffusers": "painting from words",
    "huggingface_hub": "downloads of weights",
}


def lines() -> Iterator[str]:
    """Yield the findings, a line each."""
    yield f"fastseg-edit {fastseg_edit.__version__}, Python {platform.python_version()}"
    yield f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    for package in CORE:
        yield f"  {package:24} {_version(package)}"
    for module, purpose in OPTIONAL.items():
        there = "installed" if find_spec(module) else "not installed"
        yield f"  {module:24} {there}: {purpose}"
    present = [entry for entry in catalogue.present() if not entry.folder]
    yield f"weights that were fetched: {len(present)}, in {cache.root()}"
    for entry in present:
        yield f"  {entry.name:24} {entry.role or entry.hub}"
    best = profiles.auto()
    yield f"profile auto: {best.name}, because {best.why}"
    for role in profiles.ROLES:
        try:
            yield f"  {role:12} {best.model(role)}"
        except ModelError as error:
            yield f"  {role:12} none. {error.hint}"


def about(kind: str, name: str) -> str:
    """Return the first sentence about a model, or why it cannot be used here."""
    if name not in registry.names(kind):
        return registry.remedy(kind)
    try:
        text: str | None = registry.find(kind, name).__doc__
    except ModelError as error:
        return str(error)
    return (text or "").strip().splitlines()[0]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
