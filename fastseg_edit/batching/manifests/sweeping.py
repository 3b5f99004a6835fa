"""The photos of an item: one that it names, or all that lie in a folder or match a pattern."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.manifests.patterns import Pattern, photos_among
from fastseg_edit.batching.storage import naming, places
from fastseg_edit.batching.storage.stores import OURS, Folder
from fastseg_edit.errors import InputError, SpecError
from fastseg_edit.requests.problems import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastseg_edit.batching.manifests.manifest import Manifest
    from fastseg_edit.batching.manifests.patterns import Matcher
    from fastseg_edit.batching.storage.stores import Store
    from fastseg_edit.requests import Problems


MOST_KNOWN = 10_000
"""So many folders are remembered."""


class Sweep:
    """Finds the photos of items.

    Args:
        job: The job.
    """

    def __init__(self, job: Manifest) -> None:
        self._store, self._folders = job.photos, job.folders
        self._waits = job.waits
        written = [store for store in (job.results, job.painted) if store is not None]
        found = (_among(self._store, store) for store in written)
        self._results = tuple({where for where in found if where is not None})
        self._foreign = dict[str, bool]()

    def photos(self, entry: Mapping[str, Any], place: str, problems: Problems) -> Iterator[str]:
        """Yield the names of the photos of an item, in order.

        Args:
            entry: What stands in the document.
            place: Where it stands there.
            problems: Takes what is wrong.
        """
        if ("photo" in entry) == ("photos" in entry):
            came = "both" if "photo" in entry else "neither"
            problems.say(place, f"an item names a photo, or photos, got {came}")
        elif "photo" in entry:
            with problems.at(inside(place, "photo")):
                yield naming.inside(_name(entry["photo"]))
        else:
            listed = _listed(entry["photos"], "a folder or a pattern")
            for number, each in enumerate(listed):
                at = inside(place, "photos")
                with problems.at(inside(at, number) if isinstance(entry["photos"], list) else at):
                    yield from self._swept(each, entry.get("exclude", []))

    def _swept(self, said: Any, exclude: Any) -> Iterator[str]:
        """Yield the photos of a folder, or those that a pattern names, but those left out."""
        pattern = Pattern.of(_text(said, "a folder or a pattern"))
        left_out = [
            Pattern.of(_text(each, "a pattern")).excluder()
            for each in _listed(exclude, "a pattern")
        ]
        self._check(pattern)
        meant, found = pattern.matcher(), False
        for name in photos_among(self._store.names(pattern.folder)):
            if not meant(name) or self._is_result(name.rpartition("/")[0], pattern.folder):
                continue
            if not self._is_left_out(name, left_out):
                found = True
                yield name
        if not found and not self._waits:
            where = f"{self._store.where.rstrip('/')}/{said}"
            raise InputError("E_INPUT_MISSING", f"no photo is called like {where!r}")

    def _check(self, pattern: Pattern) -> None:
        """Refuse a folder outside, and one in which photos and results could not be told apart."""
        if isinstance(self._store, Folder):
            self._folders.path(self._store.path.absolute() / pattern.folder)
        if "" in self._results:
            hint = "Say with out where results go: a folder beside the photos, or below them."
            raise SpecError("E_SPEC", "results would lie among the photos of the next run", hint)

    def _is_left_out(self, name: str, left_out: list[Matcher]) -> bool:
        if any(name.startswith(f"{results}/") for results in self._results):
            return True
        return any(matcher(name) for matcher in left_out)

    def _is_result(self, folder: str, top: str) -> bool:
        """Tell whether a folder below the one that is gone through holds results of some job."""
        if folder == top or not isinstance(self._store, Folder):
            return False
        if folder not in self._foreign:
            if len(self._foreign) >= MOST_KNOWN:
                self._foreign.clear()
            above = folder.rpartition("/")[0]
            is_one = (self._store.path / folder / OURS).is_dir()
            self._foreign[folder] = is_one or self._is_result(above, top)
        return self._foreign[folder]


def _text(said: Any, wanted: str) -> str:
    if not isinstance(said, str):
        raise SpecError("E_SPEC", f"{wanted} was wanted, got {said!r}"[:300])
    return said


def _name(said: Any) -> str:
    """Return the name of a photo, or refuse one that is not below the others."""
    name = _text(said, "the name of a photo")
    if places.is_url(name):
        message = f"a photo's name below root was wanted, got the URL {name!r}"
        raise SpecError("E_SPEC", message, "Say with root where photos lie: it may be a URL.")
    return name


def _listed(said: Any, wanted: str) -> list[Any]:
    listed = said if isinstance(said, list) else [said]
    if not listed and wanted == "a folder or a pattern":
        raise SpecError("E_SPEC", f"{wanted} was wanted, got an empty list")
    return listed


def _among(root: Store, out: Store) -> str | None:
    """Return where below the photos results lie, "" for just there. None if they do not."""
    if isinstance(root, Folder) and isinstance(out, Folder):
        above, below = (Path(os.path.realpath(each.path)) for each in (root, out))
        if not below.is_relative_to(above):
            return None
        return "" if below == above else below.relative_to(above).as_posix()
    first, second = (each.where.rstrip("/") for each in (root, out))
    return second[len(first) + 1 :] if f"{second}/".startswith(f"{first}/") else None
