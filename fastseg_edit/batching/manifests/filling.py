"""File names in prompts that take something from the photo, such as masks/{stem}.png."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.storage import naming

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAMED = ("prompt", "avoid")
"""Keys of an edit that may name files."""

FILES = frozenset({"mask", "rough", "scribble", "ref", "photo", "at"})
"""Keys in there whose texts are names of files."""


def wants(edit: Mapping[str, Any]) -> bool:
    """Tell whether an edit names a file that depends on the photo."""
    return any(_wants(edit[key], key == "avoid") for key in NAMED if key in edit)


def filled(edit: Mapping[str, Any], fill: Callable[[str], str]) -> dict[str, Any]:
    """Return an edit with the names of files filled in.

    Args:
        edit: As it stands in the document.
        fill: Returns a name for one with fields.
    """
    return {
        key: _filled(value, key == "avoid", fill) if key in NAMED else value
        for key, value in edit.items()
    }


def _wants(document: Any, is_file: bool) -> bool:
    if isinstance(document, str):
        return is_file and "{" in document and naming.has_fields(document)
    if isinstance(document, list):
        return any(_wants(each, is_file) for each in document)
    if isinstance(document, dict):
        named = (key for key in document if key in FILES or key == "prompt")
        return any(_wants(document[key], key in FILES) for key in named)
    return False


def _filled(document: Any, is_file: bool, fill: Callable[[str], str]) -> Any:
    if isinstance(document, str):
        return fill(document) if is_file else document
    if isinstance(document, list):
        return [_filled(each, is_file, fill) for each in document]
    if isinstance(document, dict):
        return {
            key: _filled(value, key in FILES, fill) if key in (*FILES, "prompt") else value
            for key, value in document.items()
        }
    return document
