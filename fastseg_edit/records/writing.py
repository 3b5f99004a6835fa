"""Records of edits as plain values for JSON."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import recipe, requests
from fastseg_edit.annotate import runlengths
from fastseg_edit.edit import required
from fastseg_edit.errors import FastsegError
from fastseg_edit.pipeline import Pipeline
from fastseg_edit.records import pinned, pixels
from fastseg_edit.stages import Verify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastseg_edit.photos import Photo
    from fastseg_edit.records.work import Work, Written

VERSION = 1
"""Of the form of a record. A reader refuses those of a later form."""

REPORTED = (
    "coverage",
    "mask_box",
    "objects",
    "scores",
    "verified",
    "unmasked_changed_pixels",
    "stages",
    "warnings",
)
"""What a record takes over from a report."""

PACKAGES = {
    "numpy": "numpy",
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "torch": "torch",
    "diffusers": "diffusers",
    "transformers": "transformers",
    "ultralytics": "ultralytics",
    "open_clip": "open_clip_torch",
}
"""Libraries that an edit may depend on, by module, and what each is installed as."""


def about_photo(photo: Photo, source: Path | None, beside: Path | None) -> dict[str, Any]:
    """Say which photo it was.

    Args:
        photo: As it was opened.
        source: Its file, if it was one.
        beside: Folder from which its path is reckoned. None for the current one.
    """
    height, width = photo.size
    about: dict[str, Any] = {"name": None, "path": None}
    if source is not None:
        path = os.path.relpath(source, beside or ".")
        about = {"name": source.name, "path": path.replace(os.sep, "/")}
    known = {"sha256": photo.sha256, "bytes": photo.stored}
    if not photo.sha256:
        known = {"pixels_sha256": pixels_of(photo)}
    return {**about, **known, "size": [width, height], "mode": photo.mode, "format": photo.format}


def pixels_of(photo: Photo) -> str:
    """Return a SHA-256 of the pixels of a photo that is no file, in hexadecimal digits."""
    about = repr((photo.mode, photo.pixels.shape, photo.pixels.dtype.str)).encode()
    palette = b"" if photo.palette is None else photo.palette.tobytes()
    return hashlib.sha256(about + palette + photo.pixels.tobytes()).hexdigest()


def edit(work: Work, beside: Path | None = None) -> dict[str, Any]:
    """Write down what one edit was made of.

    Where that is not possible, because a model was given as an object that no name stands for,
    `lost` says so.

    Args:
        work: What was done.
        beside: As for `about_photo`.
    """
    selected = work.selected
    document: dict[str, Any] = {"seed": selected.seed, "caption": selected.caption}
    try:
        document |= {"spec": requests.written(work.spec), "recipe": _recipe(work.stages)}
    except FastsegError as error:
        document["lost"] = error.message
    if work.seeds:
        document["seeds"] = list(work.seeds)
    document["mask"] = runlengths.written(required(selected.mask, "mask"))
    if selected.chosen is not None:
        document["objects"] = pixels.objects(selected.chosen)
    if pasted := work.pasted:
        document["pasted"] = {
            "source": about_photo(pasted.photo, pasted.path, beside),
            "spot": requests.plain(pasted.spot),
            "settings": requests.plain(pasted.settings),
        }
    if selected.matte is not None:
        document["matte"] = pixels.matte(selected.matte)
    if selected.layout is not None:
        document["layout"] = pixels.layout(selected.layout)
    return document


def document(
    works: Sequence[Work],
    report: Mapping[str, Any],
    photo: Mapping[str, Any],
    written: Written | None,
    beside: Path | None = None,
) -> dict[str, Any]:
    """Return the record of an edit.

    Args:
        works: What was done to the photo, in order.
        report: What `Edited.report` says.
        photo: What `about_photo` says.
        written: The output, if it was made.
        beside: As for `about_photo`.
    """
    edits = [edit(work, beside) for work in works]
    name = Path(report["output"]).name if report["output"] else None
    devices = [work.spec.options.get("device", "auto") for work in works]
    return {
        "record": VERSION,
        "operation": report["operation"],
        "state": report["state"],
        "photo": photo,
        "output": None if written is None else {"name": name, **written._asdict()},
        **{name: report[name] for name in REPORTED},
        "weights": pinned.weights([each.get("recipe") for each in edits]),
        "versions": versions(),
        "device": {"wanted": devices, "found": _device(), "machine": platform.machine()},
        "edits": edits,
    }


def ingredients(stages: Pipeline) -> dict[str, Any]:
    """Return the recipe of stages, and what is known of the weights that it names.

    Raises:
        RecipeError: With E_RECIPE, if a stage cannot be written down.
    """
    written = _recipe(stages)
    return {"recipe": written, "weights": pinned.weights([written])}


def versions() -> dict[str, str]:
    """Return the versions of Python, of this package, and of the libraries that are loaded."""
    loaded = {package for module, package in PACKAGES.items() if module in sys.modules}
    known = {package: _version(package) for package in ("fastseg-edit", *sorted(loaded))}
    return {"python": platform.python_version(), **known}


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _recipe(stages: Pipeline) -> dict[str, Any]:
    """Return the recipe of what ran, with the weights that its models took by themselves."""
    flat = [
        inner
        for stage in stages
        for inner in (stage.painting if isinstance(stage, Verify) else [stage])
    ]
    document: dict[str, Any] = pinned.pinned(requests.plain(recipe.dump(Pipeline(*flat))))
    return document


def _device() -> str:
    """Return what networks run on here, as far as they were loaded at all."""
    torch: Any = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return "cpu"
    return f"cuda: {torch.cuda.get_device_name()}"
