"""The photos of an item: one that it names, or all that lie in a folder or match a pattern."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.manifests.patterns import Pattern, photos_among
from fastseg_edit.batching.storage import naming
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.errors import InputError, SpecError
from fastseg_edit.requests.problems import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastseg_edit.batching.manifests.manifest import Manifest
    from fastseg_edit.batching.manifests.patterns import Matcher
    from fastseg_edit.requests import Problems


class Sweep:
    """Finds the photos of items.

    Args:
        job: The job.
    """

    def __init__(self, job: Manifest) -> None:
        self._store, self._folders = job.photos, job.folders
        self._results, self._waits = _results_among(job), job.waits

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
                yield naming.inside(_text(entry["photo"], "the name of a photo"))
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
            if meant(name) and not self._is_left_out(name, left_out):
                found = True
                yield name
        if not found and not self._waits:
            where = f"{self._store.where.rstrip('/')}/{said}"
            raise InputError("E_INPUT_MISSING", f"no photo is called like {where!r}")

    def _check(self, pattern: Pattern) -> None:
        """Refuse a folder outside, and one in which photos and results could not be told apart."""
        if isinstance(self._store, Folder):
            self._folders.path(self._store.path.absolute() / pattern.folder)
        if self._results == "":
            hint = "Say with out where results go: a folder beside the photos, or below them."
            raise SpecError("E_SPEC", "results would lie among the photos of the next run", hint)

    def _is_left_out(self, name: str, left_out: list[Matcher]) -> bool:
        if self._results and name.startswith(f"{self._results}/"):
            return True
        return any(matcher(name) for matcher in left_out)


def _text(said: Any, wanted: str) -> str:
    if not isinstance(said, str):
        raise SpecError("E_SPEC", f"{wanted} was wanted, got {said!r}"[:300])
    return said


def _listed(said: Any, wanted: str) -> list[Any]:
    listed = said if isinstance(said, list) else [said]
    if not listed and wanted == "a folder or a pattern":
        raise SpecError("E_SPEC", f"{wanted} was wanted, got an empty list")
    return listed


def _results_among(job: Manifest) -> str | None:
    """Return where below the photos the results lie, "" for just there. None if they do not."""
    root, out = job.photos, job.results
    if isinstance(root, Folder) and isinstance(out, Folder):
        above, below = (Path(os.path.realpath(each.path)) for each in (root, out))
        if not below.is_relative_to(above):
            return None
        return "" if below == above else below.relative_to(above).as_posix()
    first, second = (each.where.rstrip("/") for each in (root, out))
    return second[len(first) + 1 :] if f"{second}/".startswith(f"{first}/") else None
