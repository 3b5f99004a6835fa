"""The JSON Schema of edits and plans as documents."""

from __future__ import annotations

from typing import Any

from fastseg_edit import settings
from fastseg_edit.requests import entries
from fastseg_edit.requests.parts import COMBINE

_COORDINATE = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[\d.]+%?$"}]}
_RUNS = {
    "type": "object",
    "description": "A mask as COCO's compressed run lengths.",
    "properties": {
        "size": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
        "counts": {"type": "string"},
    },
    "required": ["size", "counts"],
    "additionalProperties": False,
}
_BOX = {
    "description": "Left, top, right and bottom: pixels of the upright photo, or shares as 30%.",
    "anyOf": [
        {"type": "array", "items": _COORDINATE, "minItems": 4, "maxItems": 4},
        {"type": "string"},
    ],
}
_CLICK = {
    "description": "X and Y, and - for a click beside the object.",
    "type": "array",
    "prefixItems": [_COORDINATE, _COORDINATE, {"enum": ["+", "-"]}],
    "items": False,
    "minItems": 2,
}
_FILE_OR_RUNS = {
    "description": "A file, after which :alpha, :luma or :inverted may follow; or run lengths.",
    "anyOf": [{"type": "string"}, _RUNS],
}
_REFERENCE = {
    "anyOf": [
        {"type": "string", "description": "FILE, FILE@BOX or FILE@MASK."},
        {
            "type": "object",
            "properties": {
                "photo": {"type": "string"},
                "png": {"type": "string", "contentEncoding": "base64"},
                "at": {"anyOf": [_BOX, _RUNS]},
            },
            "additionalProperties": False,
        },
    ]
}
_KINDS: dict[str, dict[str, Any]] = {
    "point": {"anyOf": [_CLICK, {"type": "string"}]},
    "points": {"type": "array", "items": _CLICK, "minItems": 1},
    "box": _BOX,
    "boxes": {"type": "array", "items": _BOX, "minItems": 1},
    "text": {"type": "string", "description": "Words that name the object."},
    "ref": {"anyOf": [_REFERENCE, {"type": "array", "items": _REFERENCE}]},
    "mask": _FILE_OR_RUNS,
    "rough": _FILE_OR_RUNS,
    "scribble": {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {"on": _RUNS, "off": _RUNS},
                "required": ["on", "off"],
                "additionalProperties": False,
            },
        ]
    },
    "everything": {"const": True},
    "prompt": {"$ref": "#/$defs/prompt"},
}
_MORE: dict[str, dict[str, Any]] = {
    "combine": {"enum": list(COMBINE)},
    "within": _BOX,
    "scores": {"type": "array", "items": {"type": "number"}},
    "fit": {"type": "boolean", "description": "Stretch a mask of another size over the photo."},
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of an edit, and of a plan with several of them."""
    edit = _edit()
    step = {**edit, "required": []}  # what is left out may stand in the defaults
    plan = {
        "type": "object",
        "properties": {"defaults": step, "steps": {"type": "array", "items": step, "minItems": 1}},
        "required": ["steps"],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One edit, or several of one photo",
        "anyOf": [edit, plan],
        "$defs": {"prompt": _prompt()},
    }


def _edit() -> dict[str, Any]:
    own = {
        "operation": {"enum": list(settings.OPERATIONS)},
        "prompt": {"$ref": "#/$defs/prompt"},
        "caption": {"type": "string", "description": "What to paint."},
        "afterwards": {
            "type": "boolean",
            "description": "Look for the object in what the steps before have left.",
        },
        "avoid": {"description": "Where nothing may be copied from.", "anyOf": _places()},
    }
    return {
        "type": "object",
        "properties": {**own, **settings.schema()["properties"]},
        "required": ["operation"],
        "additionalProperties": False,
    }


def _places() -> list[dict[str, Any]]:
    file = {"type": "string"}
    return [file, _RUNS, {"type": "array", "items": {"anyOf": [file, _RUNS, _BOX]}}]


def _prompt() -> dict[str, Any]:
    part = {
        "type": "object",
        "properties": {name: _KINDS[name] for name in entries.READERS} | _MORE,
        "oneOf": [{"required": [name]} for name in entries.READERS],
        "additionalProperties": False,
    }
    return {"type": "array", "items": part, "minItems": 1}
