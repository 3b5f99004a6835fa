"""The keys of documents: which are known, and which are meant by those of other programs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from fastseg_edit import registry
from fastseg_edit.requests.problems import inside

if TYPE_CHECKING:
    from fastseg_edit.requests.problems import Problems

TEXT = {str}
"""Types of plain keys."""

MEANT = {
    "op": ("operation",),
    "task": ("operation",),
    "with": ("caption",),
    "words": ("text",),
    "click": ("point",),
    "image": ("photo",),
    "img": ("photo",),
    "foto": ("photo",),
    "picture": ("photo",),
    "path": ("photo",),
    "filename": ("photo",),
    "input": ("photo", "root"),
    "file": ("photo",),
    "images": ("photos",),
    "files": ("photos",),
    "glob": ("photos",),
    "output": ("name", "out"),
    "output_dir": ("out",),
    "input_dir": ("root",),
}
"""Words of other programs, and ours for the same: the first that is known where it stands."""


def is_mapping(document: Any, place: str, problems: Problems) -> bool:
    """Tell whether a document is a mapping with words as keys, and note it if it is not."""
    if type(document) is dict and {*map(type, document)} <= TEXT:
        return True  # as nearly all are
    good = isinstance(document, Mapping) and all(isinstance(key, str) for key in document)
    if not good:
        problems.say(place, f"a mapping with words as keys was wanted, got {document!r}"[:300])
    return good


def refuse_unknown(
    document: Mapping[str, Any], known: Collection[str], place: str, problems: Problems
) -> None:
    """Note every key of a mapping that is not known."""
    for key in document:
        if key not in known:
            say_unknown(problems, inside(place, key), key, known)


def say_unknown(problems: Problems, place: str, key: str, known: Collection[str]) -> None:
    """Note a key that is not known, and the nearest one that is."""
    ours = next((word for word in MEANT.get(key, ()) if word in known), "")
    hint = f"Did you mean {ours!r}?" if ours else registry.suggest(key, known)
    problems.say(place, f"no key {key!r} is known here", hint)
