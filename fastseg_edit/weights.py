"""What is known of one set of weights: what it is, where it lies, and where it can be had."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fastseg_edit.hub import checks
from fastseg_edit.hub.cache import MAIN, Repository
from fastseg_edit.hub.order import Order

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = Path(__file__).parent

ADDED_TO = {"controlnet": "inpainter"}
"""Roles of weights that do nothing alone, and the role of the models that they are added to."""


@dataclass(frozen=True)
class Weights:
    """What is known of one set of weights.

    Attributes:
        name: What `folder` and the option `weights` of a model call it.
        role: "segmenter", "grounder", "ranker", "inpainter", or a key of `ADDED_TO`.
        family: Name of the model that loads it, as in the registry.
        licence: SPDX identifier, or what the authors call it.
        native: Side in pixels of the photos that it was trained on.
        about: What it is good for, in one line.
        folder: Where it lies inside the package. Empty if it does not come with it.
        hub: Where else it can be had, as owner/name of a model hub. Empty for nowhere.
        revision: The commit, branch or tag of it on the hub.
        gated: True if the hub wants its licence accepted first.
        pickle: True if it is a pickle, which can run a program when it is read.
        memory: Megabytes that the weights take, about, as they are stored.
        loads: The file that the model is given. Empty for the whole folder.
        files: SHA-256 of each file in the folder, in hexadecimal digits; empty where nobody has
            published it. The model card has none. Of weights from a hub, only these files are
            downloaded, and a name may be a pattern, such as "unet/*.json".
    """

    name: str
    role: str = ""
    family: str = ""
    licence: str = ""
    native: int = 0
    about: str = ""
    folder: str = ""
    hub: str = ""
    revision: str = MAIN
    gated: bool = False
    pickle: bool = False
    memory: int = 0
    loads: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The folder in the package that it should lie in."""
        return PACKAGE / self.folder

    @property
    def repository(self) -> Repository:
        """Where it is on the hub."""
        return Repository(self.hub, self.revision)

    @property
    def place(self) -> Path | None:
        """The folder with its files. None if it is not on this machine."""
        if self.folder:
            return self.path if self.path.is_dir() else None
        return self.repository.snapshot if self.hub else None

    @property
    def lacking(self) -> list[str]:
        """What is not on this machine, of the names and patterns of its files."""
        return checks.lacking(self.place, self.files) if self.place else list(self.files)

    def order(self, force: bool = False) -> Order:
        """Return what is to be downloaded."""
        return Order(self.name, self.repository, self.files, force)
