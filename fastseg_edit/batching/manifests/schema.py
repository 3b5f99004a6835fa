"""The JSON Schema of a job as a document."""

from __future__ import annotations

from typing import Any, get_args

from fastseg_edit import options, requests, settings
from fastseg_edit.batching.manifests import terms
from fastseg_edit.batching.manifests.gates import NAMES
from fastseg_edit.batching.manifests.items import IfExists
from fastseg_edit.batching.manifests.listing import PER_ITEM
from fastseg_edit.batching.manifests.manifest import VERSION, Limits

_SEED = {
    "description": f"A number, or {PER_ITEM!r}: each item has one of its own, by its id.",
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
        {"const": PER_ITEM},
    ],
}
_NAME = {
    "type": "string",
    "description": "Of a result, with {reldir}, {stem}, {ext}, {name} and {id} of its photo.",
}
_NUMBER = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "null"}]}
_SHARE = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": r"^\d+(\.\d+)?%$"},
        {"type": "null"},
    ]
}
_PATTERNS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a job. In a JSONL file, a line is one of its items."""
    edit = requests.schema()
    single, _plan = edit["anyOf"]
    says = {**single["properties"], "seed": _SEED, **_terms()}
    single_says = _nullable({**single["properties"], "seed": _SEED})
    step = {**single, "required": [], "properties": single_says}
    limits = {name: options.schema(hint) for name, hint in options.hints_of(Limits).items()}
    return {
        "$schema": edit["$schema"],
        "title": "A job: what is to be done to many photos",
        **_mapping(
            {
                "version": {"const": VERSION},
                "root": {"type": "string", "description": "Where the photos lie: a folder."},
                "out": {"type": "string", "description": "Where the results go: a folder."},
                "name": _NAME,
                "seed": _SEED,
                "defaults": _mapping(says),
                "limits": _mapping(limits),
                "items": {
                    "description": "The items, or the name of a JSONL or CSV file with them.",
                    "anyOf": [
                        {"type": "array", "items": {"$ref": "#/$defs/item"}, "minItems": 1},
                        {"type": "string"},
                    ],
                },
            }
        ),
        "required": ["items"],
        "$defs": {**edit["$defs"], "item": _item(says, step)},
    }


def _item(says: dict[str, Any], step: dict[str, Any]) -> dict[str, Any]:
    several = {"type": "array", "items": step, "minItems": 1, "description": "Several edits."}
    own = {
        "id": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "photo": {"type": "string", "description": "One photo, below the root."},
        "photos": {**_PATTERNS, "description": "A folder, or a pattern with *, **, ? and {a,b}."},
        "exclude": {**_PATTERNS, "description": "Patterns of photos that are left out."},
        "name": _NAME,
        "steps": {"anyOf": [several, says["steps"], {"type": "null"}]},
    }
    one = {"oneOf": [{"required": ["photo"]}, {"required": ["photos"]}]}
    return {**_mapping({**_nullable(says), **own}), **one}


def _nullable(says: dict[str, Any]) -> dict[str, Any]:
    """Return what is allowed under each key, and null: no default holds there."""
    return {name: {"anyOf": [allowed, {"type": "null"}]} for name, allowed in says.items()}


def _terms() -> dict[str, Any]:
    """Return what an item says besides its edit."""
    saved = {"enum": list(settings.SAVED)}
    gates = {name: _bounds(_SHARE if name in terms.SHARES else _NUMBER) for name in NAMES}
    return {
        "format": {"enum": list(terms.FORMATS)},
        "metadata": {"enum": list(terms.METADATA)},
        "save": {
            "description": "What is saved besides the result: a list, or a text with commas.",
            "anyOf": [{"type": "array", "items": saved}, {"type": "string"}],
        },
        "sidecar": {"type": "boolean", "description": "Write a record from which to replay."},
        "if_exists": {"enum": list(get_args(IfExists))},
        "gates": {
            **_mapping({**gates, "otherwise": {"enum": list(terms.OTHERWISE)}}),
            "description": "What a mask must be like before anything is painted.",
        },
    }


def _bounds(number: dict[str, Any]) -> dict[str, Any]:
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    named = {**_mapping({"min": number, "max": number}), "minProperties": 1}
    return {"anyOf": [*number["anyOf"][:-1], pair, named]}


def _mapping(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}
