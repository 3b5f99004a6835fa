"""Edits written down, so that `reading.read` gives the same again."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import photos, placing, registry
from fastseg_edit.annotate import runlengths
from fastseg_edit.errors import RecipeError, UnknownNameError
from fastseg_edit.profiles import Profile
from fastseg_edit.prompt import (
    Boxes,
    Combined,
    Everything,
    Mask,
    Points,
    Reference,
    Rough,
    Scribble,
    Text,
)

if TYPE_CHECKING:
    from fastseg_edit.prompt import Prompt
    from fastseg_edit.specs import EditSpec


def written(spec: EditSpec) -> dict[str, Any]:
    """Return the document of an edit, without its photo, for `json.dump`.

    Masks and strokes stand in it as run lengths, and references as PNGs in base64.

    Raises:
        RecipeError: With E_RECIPE, if a setting is an object that no name stands for.
    """
    document: dict[str, Any] = {"operation": spec.operation}
    if spec.prompt is not None:
        document["prompt"] = prompt(spec.prompt)
    if spec.caption:
        document["caption"] = spec.caption
    if spec.afterwards:
        document["afterwards"] = True
    for name, value in spec.options.items():
        document[name] = runlengths.written(value) if name == "avoid" else plain(value)
    return document


def prompt(given: Prompt) -> list[dict[str, Any]]:
    """Return a prompt as it stands in a document."""
    if isinstance(given, Combined):
        return [_entry(given.left), {**_entry(given.right), "combine": given.operation}]
    return [_entry(given)]


def _entry(given: Prompt) -> dict[str, Any]:
    match given:
        case Points(xy, labels, box):
            clicks = [[*click, "+" if on else "-"] for click, on in zip(xy, labels, strict=True)]
            return {"points": clicks, **({"within": list(box)} if box else {})}
        case Boxes(xyxy, scores):
            boxes = [list(box) for box in xyxy]
            return {"boxes": boxes, **({"scores": list(map(float, scores))} if scores else {})}
        case Text(words):
            return {"text": words}
        case Everything():
            return {"everything": True}
        case Combined():
            return {"prompt": prompt(given)}
        case _:
            return _pictured(given)


def _pictured(given: Prompt) -> dict[str, Any]:
    """Return the entry of a prompt that is made of pixels."""
    match given:
        case Reference():
            return {"ref": [_likeness(each) for each in placing.references(given)]}
        case Mask(pixels):
            return {"mask": runlengths.written(pixels)}
        case Rough(pixels):
            return {"rough": runlengths.written(pixels)}
        case Scribble(on, off):
            return {"scribble": {"on": runlengths.written(on), "off": runlengths.written(off)}}
    raise RecipeError("E_RECIPE", f"a {type(given).__name__} prompt cannot be written down")


def _likeness(like: Reference) -> dict[str, Any]:
    shown = {"png": base64.b64encode(photos.to_png(like.image)).decode("ascii")}
    return shown if like.mask is None else {**shown, "at": runlengths.written(like.mask)}


def plain(value: Any) -> Any:
    """Return an option as JSON has it: a path as a text, a model given as an object by its name.

    Raises:
        RecipeError: With E_RECIPE, if that cannot be.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Path():
            return str(value)
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case np.generic():
            return value.item()
        case Profile():
            return value.name
    return _model(value)


def _model(model: Any) -> dict[str, Any]:
    """Return the spec of a model that was given as an object."""
    for kind in registry.KINDS[1:]:
        try:
            name = registry.name_of(kind, type(model))
        except UnknownNameError:
            continue
        if is_dataclass(model):
            options = {each.name: plain(getattr(model, each.name)) for each in fields(model)}
            return {"name": name, **options}
    kind = type(model).__name__
    raise RecipeError("E_RECIPE", f"a {kind} given as an object cannot be written down by name")
