"""A job as a document: photos, what is to be done to each, and where the results go.

version: 1
root: photos
out: edited
defaults: {operation: remove, prompt: [{text: the car}], dilate: 2%, on_empty: copy}
items:
- {id: a1, photo: a.jpg}
- {photo: b.jpg, prompt: [{point: [300, 580]}]}
- {photos: "shoot2/**/*.{jpg,png}", exclude: ["**/*_mask.png"]}
- {photo: c.png, steps: [{operation: remove, prompt: [{text: sign}]}]}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import documents, options
from fastseg_edit.batching import naming
from fastseg_edit.batching.policy import Policy
from fastseg_edit.batching.stores import Folder
from fastseg_edit.requests import Folders, Problems, words
from fastseg_edit.requests.problems import inside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.batching.stores import Store

VERSION = 1

KEYS = ("version", "root", "out", "name", "seed", "defaults", "limits", "items")
"""What a job says."""

LIMITS = {"timeout": float, "retries": int, "max_failures": int, "jobs": int, "group": int}
"""What `limits` may say, and of which kind each is."""


@dataclass(frozen=True)
class Manifest:
    """A job, read but for its items.

    Attributes:
        photos: Where the photos lie.
        results: Where the results go.
        items: The entries of the document, each as it stands there.
        folders: Where the files may lie that edits name.
        defaults: What an item says where it says nothing else.
        name: The pattern of the names of results.
        seed: A seed from which each item gets one of its own. None for that of its recipe.
        limits: Of `LIMITS`.
        origin: What the document is called.
    """

    photos: Store
    results: Store
    items: Any
    folders: Folders = field(default_factory=Folders)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    name: str = naming.PATTERN
    seed: int | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    origin: str = "job"

    def policy(self, **chosen: Any) -> Policy:
        """Return how workers are dealt with: what is chosen, or else the limits."""
        names = ("timeout", "retries", "max_failures", "jobs")
        told = {name: self.limits[name] for name in names if name in self.limits}
        return Policy(**{**told, **{k: v for k, v in chosen.items() if v is not None}})


def load(path: Path) -> Manifest:
    """Read a job from a YAML or JSON file. Its paths are relative to its folder.

    Raises:
        InputError: If the file cannot be read.
        RecipeError: With E_RECIPE, if it is neither.
        DocumentError: With all mistakes but those of the items.
    """
    return read(documents.read(path), path.parent, str(path))


def read(
    document: Mapping[str, Any], home: Path, origin: str = "job", free: bool = False
) -> Manifest:
    """Read a job.

    Args:
        document: What stands in the file.
        home: The folder that its paths are relative to.
        origin: What it is called.
        free: True if its paths may lead anywhere, because the user typed them.
    """
    problems = Problems()
    for key in document.keys() - set(KEYS):
        words.say_unknown(problems, inside("", key), key, KEYS)
    with problems.at("/version"):
        options.check("version", document.get("version", VERSION), int)
    allowed = Folders(home, (Path(),), free)
    root, out = home, home / "edited"
    with problems.at("/root"):
        root = allowed.path(document.get("root", "."))
    with problems.at("/out"):
        out = allowed.path(document.get("out", "edited"))
    with problems.at("/name"):
        naming.check(document.get("name", naming.PATTERN))
    manifest = Manifest(
        Folder(root),
        Folder(out),
        document.get("items", []),
        Folders(root, (home, Path()), free),
        document.get("defaults", {}),
        document.get("name", naming.PATTERN),
        document.get("seed"),
        document.get("limits", {}),
        origin,
    )
    problems.refuse(origin)
    return manifest
