"""Select an object in a photo, then remove, fill or replace it.

The names below are imported when they are first used, so that `import fastseg_edit` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastseg_edit.batching.calling import batch
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.edit import Edit
    from fastseg_edit.edited import Edited
    from fastseg_edit.errors import FastsegError
    from fastseg_edit.operations import (
        fill,
        many,
        outpaint,
        paste,
        regenerate,
        remove,
        replace,
        replace_background,
        segment,
        steps,
    )
    from fastseg_edit.pipeline import Pipeline
    from fastseg_edit.prompt import (
        Boxes,
        Everything,
        Mask,
        Points,
        Reference,
        Rough,
        Scribble,
        Text,
    )
    from fastseg_edit.recipe import load as load_recipe
    from fastseg_edit.replaying import replay
    from fastseg_edit.specs import EditSpec
    from fastseg_edit.spots import Spot

_HOME = {
    "Boxes": "prompt",
    "Candidates": "candidates",
    "Edit": "edit",
    "EditSpec": "specs",
    "Edited": "edited",
    "Everything": "prompt",
    "FastsegError": "errors",
    "Mask": "prompt",
    "Pipeline": "pipeline",
    "Points": "prompt",
    "Reference": "prompt",
    "Rough": "prompt",
    "Scribble": "prompt",
    "Spot": "spots",
    "Text": "prompt",
    "batch": "batching.calling",
    "fill": "operations",
    "load_recipe": "recipe",
    "many": "operations",
    "outpaint": "operations",
    "paste": "operations",
    "regenerate": "operations",
    "remove": "operations",
    "replace": "operations",
    "replace_background": "operations",
    "replay": "replaying",
    "segment": "operations",
    "steps": "operations",
}

_PARTS = ("annotate", "requests", "world")
"""Modules for whoever writes Python, loaded when they are asked for."""

__all__ = [
    "Boxes",
    "Candidates",
    "Edit",
    "EditSpec",
    "Edited",
    "Everything",
    "FastsegError",
    "Mask",
    "Pipeline",
    "Points",
    "Reference",
    "Rough",
    "Scribble",
    "Spot",
    "Text",
    "batch",
    "fill",
    "load_recipe",
    "many",
    "outpaint",
    "paste",
    "regenerate",
    "remove",
    "replace",
    "replace_background",
    "replay",
    "segment",
    "steps",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _PARTS:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOME[name]}")
    return getattr(module, "load" if name == "load_recipe" else name)


def __dir__() -> list[str]:
    return sorted(__all__)
