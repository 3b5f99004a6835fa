"""Weights by name and by hash, as they were when an edit was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastseg_edit import catalogue, present, profiles, registry
from fastseg_edit.errors import FastsegError
from fastseg_edit.hub import cache

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastseg_edit.weights import Weights


def pinned(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recipe in which each model names the weights that it takes today."""
    return {"stages": [_stage(entry) for entry in recipe["stages"]]}


def weights(recipes: Iterable[Any]) -> list[dict[str, Any]]:
    """Return what is known of the weights that recipes name: revision, and hash of each file."""
    named = dict.fromkeys(name for recipe in recipes for name in _named(recipe))
    return [_known(name) for name in named]


def _stage(entry: Any) -> Any:
    if isinstance(entry, str):
        return entry
    ((name, given),) = entry.items()
    roles = getattr(registry.find("stage", name), "roles", {})
    filled = dict(given)
    for role, option in roles.items():
        spec, kind = given.get(option), profiles.KINDS.get(role, role)
        if spec is not None:
            several = isinstance(spec, list)
            models = [_model(kind, each) for each in profiles.several(spec)]
            filled[option] = models if several else models[0]
    return {name: filled}


def _model(kind: str, spec: Any) -> Any:
    name, options = profiles.split(spec, kind)
    found = present.of(kind, name) or present.drawn(kind, name)
    if found and "weights" not in options:
        options = {"weights": found.name, **options}
    return {"name": name, **options} if options else name


def _named(document: Any) -> Iterator[str]:
    """Yield each text in a document that names weights."""
    match document:
        case str():
            if document in catalogue.known():
                yield document
        case Mapping():
            if isinstance(named := document.get("weights"), str):
                yield named
            for each in document.values():
                yield from _named(each)
        case list():
            for each in document:
                yield from _named(each)


def _known(name: str) -> dict[str, Any]:
    try:
        found = catalogue.find(name)
    except FastsegError:
        return {"name": name}  # a path of the user's: nobody has published its hash
    place = found.place
    revision = {"revision": place.name} if place and found.hub else {}
    return {"name": name, **revision, "files": _hashes(found)}


def _hashes(found: Weights) -> dict[str, str]:
    """Return the hash of each file, from the catalogue or else from the hub."""
    known = {name: digest for name, digest in found.files.items() if digest}
    if found.hub and found.place:
        announced = {name: cache.announced(found.place / name) for name in cache.files(found.place)}
        known |= {name: digest for name, digest in announced.items() if digest}
    return known
