"""The weights that fastseg-edit knows by name: where they lie, what they are, and their hashes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from fastseg_edit import documents, registry
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = Path(__file__).parent
FILE = PACKAGE / "catalogue.yaml"

REINSTALL = "Install fastseg-edit again."


@dataclass(frozen=True)
class Weights:
    """What is known of one set of weights.

    Attributes:
        name: What `folder` and the option `weights` of a model call it.
        role: "segmenter", "ranker" or "inpainter".
        family: Name of the model that loads it, as in the registry.
        licence: SPDX identifier.
        native: Side in pixels of the photos that it was trained on.
        about: What it is good for, in one line.
        folder: Where it lies inside the package. Empty if it does not come with it.
        hub: Where else it can be had, as owner/name of a model hub. Empty for nowhere.
        files: SHA-256 of each file in the folder, in hexadecimal digits. The model card has none.
    """

    name: str
    role: str
    family: str
    licence: str
    native: int
    about: str
    folder: str = ""
    hub: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The folder that it should lie in."""
        return PACKAGE / self.folder


@cache
def known() -> Mapping[str, Weights]:
    """Return everything in the catalogue, by name."""
    return MappingProxyType(
        {name: Weights(name, **entry) for name, entry in documents.read(FILE).items()}
    )


def folder(weights: str) -> Path:
    """Return where weights lie, after a look at their hashes.

    Args:
        weights: A name in the catalogue, whose files are compared with their SHA-256 once per
            process; or a folder or file, which is taken as it is. The name wins over a folder in
            the working directory that is called the same.

    Raises:
        ModelError: With E_MODEL_MISSING, if there is no such name and no such path, or its files
            are not on this machine; with E_MODEL_HASH, if a file is not the one that it should be.
    """
    if weights in known():
        return verified(weights)
    if not (path := Path(weights)).exists():
        hint = registry.suggest(weights, known())
        message = f"weights {weights!r} are neither in the catalogue nor a path on this machine"
        raise ModelError("E_MODEL_MISSING", message, hint)
    return path


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def verified(name: str) -> Path:
    """Return where weights of the catalogue lie, after one look at every file. Errors as above."""
    found = known()[name]
    if not found.folder or not found.path.is_dir():
        source = f"Download {found.hub} and give its folder as weights." if found.hub else REINSTALL
        message = f"the weights {name} are not on this machine"
        raise ModelError("E_MODEL_MISSING", message, source)
    for file, wanted in found.files.items():
        path = found.path / file
        if not path.is_file():
            raise ModelError("E_MODEL_MISSING", f"{name} lacks its file {file}", REINSTALL)
        if digest(path) != wanted:
            message = f"{file} of {name} is not the file that was shipped: its SHA-256 differs"
            raise ModelError("E_MODEL_HASH", message, REINSTALL)
    return found.path
