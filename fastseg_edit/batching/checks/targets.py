"""The files that a job would write: each once, within its folder, and none that it reads."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fastseg_edit.batching.checks.claims import Claims, File
from fastseg_edit.batching.manifests import besides
from fastseg_edit.batching.storage import naming
from fastseg_edit.batching.storage.remote import Remote
from fastseg_edit.batching.storage.stores import OURS, Folder
from fastseg_edit.errors import InputError, OutputError
from fastseg_edit.requests import Folders

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.storage.stores import Store
    from fastseg_edit.requests import Problems

MOST_TOLD = 1000
"""So many files are told of that cannot be written."""

MOST_KNOWN = 10_000
"""So many folders are remembered."""


@dataclass
class Targets:
    """Looks at the files of results.

    Attributes:
        photos: Where photos lie.
        results: Where the files would go.
        claims: Takes what is read and written.
        problems: Takes what is wrong with the job as a whole.
        journal: Knows what earlier runs have written.
        typed: True if the user gave flags, and no manifest.
    """

    photos: Store
    results: Store
    claims: Claims
    problems: Problems
    journal: Journal | None = None
    typed: bool = False
    _own: File | None = None
    _folders: set[str] = field(default_factory=set)
    _inputs: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        folder = self.results.path if isinstance(self.results, Folder) else None
        self._out = folder if folder is not None and folder.exists() else None
        self._addresses = _overlapping(self.photos, self.results)

    def claim(self, item: Item) -> OutputError | None:
        """Note what an item would write, and return why it cannot.

        What is there already is a mistake of that item only; names that lead outside are one of the
        job.
        """
        names = [*besides.of(item)]
        with self.problems.at(item.place):
            self._check_name(max(names, key=len))  # all lie in one folder
        number = self.claims.claim(item.id, item.place, names, item.id != item.photo)
        if self._addresses is not None:
            self._note_addresses(self._addresses, item, names, number)
        if self._out is None:
            return None
        self._note_inputs(item)
        problem = None
        for name in names:
            problem = self._taken(name, number, item.writing.if_exists) or problem
        return problem

    def has(self, item: Item) -> bool:
        """Tell whether an earlier run has written the result of an item."""
        return (
            self._out is not None
            and self.journal is not None
            and _found(f"{self._out}/{item.output}") is not None
        )

    def compare(self) -> None:
        """Note every file that two items would write, or that the job reads."""
        told = len(self.problems.found)
        for first, one, second, other, place in islice(self.claims.twice(), MOST_TOLD):
            same = "" if first == second else ", which are one file on some systems"
            message = f"items {one!r} and {other!r} would write {first!r} and {second!r}{same}"
            if not same:
                message = f"items {one!r} and {other!r} would both write {first!r}"
            self._say(place, message, "E_OUTPUT_COLLISION", self._other_name(one, other, first))
        for name, one, place, folder in islice(self.claims.in_the_way(), MOST_TOLD):
            message = f"item {one!r} would write {name!r}, and another into a folder {folder!r}"
            self._say(place, message, "E_OUTPUT_COLLISION", "Give one another name.")
        for name, one, place, read in islice(self.claims.overwritten(), MOST_TOLD):
            message = f"item {one!r} would write {name!r}, which is {read!r} that the job reads"
            self._say(place, message, "E_OUTPUT_IS_INPUT", "Write into another folder.")
        known = len(self.problems.found) > told  # of items that are called like one photo
        for item_id, first, place, own in islice(self.claims.same_ids(), MOST_TOLD):
            if own:
                message = f"{item_id!r} is the id of an item already: {first}"
                self._say(place, message, "E_SPEC", "Give each an id of its own.")
            elif not known:
                self._say(place, f"two items are called {item_id!r}", "E_SPEC", "Give each an id.")

    def _say(self, place: str, message: str, code: str, hint: str) -> None:
        self.problems.say(place, message, hint, code)

    def _other_name(self, one: str, other: str, name: str) -> str:
        """Return what helps against one name for two: of photos called alike, also their ending."""
        photos = PurePosixPath(one), PurePosixPath(other)
        if photos[0].with_suffix("") != photos[1].with_suffix(""):
            return "Give one another name."
        said = "--name" if self.typed else "name:"
        return f"Say {said} '{{reldir}}/{{name}}{PurePosixPath(name).suffix}'."

    def _taken(self, name: str, item: int, if_exists: str) -> OutputError | None:
        """Return why a file may not be written over what lies there, if something does."""
        path = f"{self._out}/{name}"
        found = _found(path)
        if found is None:
            return None
        if stat.S_ISDIR(found.st_mode):
            return OutputError("E_OUTPUT_WRITE", f"{path} is a folder")
        file = File(found.st_dev, found.st_ino)
        self.claims.finds(file, name, item)
        if (
            if_exists != "error"
            or file == self._own
            or (self.journal is not None and self.journal.owns(name))
        ):
            return None
        said = "--if-exists skip" if self.typed else "if_exists: skip"
        hint = f"Say {said}, or overwrite; or name another folder."
        return OutputError("E_OUTPUT_EXISTS", f"{path} is there already", hint)

    def _check_name(self, name: str) -> None:
        """Refuse names that no file can have, and folders that links lead out of."""
        longest = len(name) * 4 > naming.LONGEST  # of any part, if each letter takes most bytes
        if longest and any(len(os.fsencode(part)) > naming.LONGEST for part in name.split("/")):
            raise OutputError("E_OUTPUT_WRITE", f"{name!r} is too long for the name of a file")
        folder = name.rpartition("/")[0]
        if folder in self._folders:
            return
        if naming.folded(name).split("/")[0] == OURS:
            raise InputError("E_PATH_ESCAPES", f"{name!r} lies in the job's own folder {OURS}")
        if self._out is not None:
            Folders(self._out.absolute()).path(folder or ".")
        if len(self._folders) >= MOST_KNOWN:
            self._folders.clear()
        self._folders.add(folder)

    def _note_inputs(self, item: Item) -> None:
        """Note which files an item reads."""
        if isinstance(self.photos, Folder):
            self._own = self._note(f"{self.photos.path}/{item.photo}")
        for path in item.files():
            if path not in self._inputs:
                if len(self._inputs) >= MOST_KNOWN:
                    self._inputs.clear()
                self._inputs.add(path)
                self._note(str(path))

    def _note_addresses(
        self, places: tuple[str, str], item: Item, names: Iterable[str], number: int
    ) -> None:
        """Note what an item reads and would write at URLs, where names are all that is known."""
        photos, results = places
        self.claims.reads(_at(f"{photos}{item.photo}"), item.photo)
        for name in names:
            self.claims.finds(_at(f"{results}{name}"), name, number)

    def _note(self, path: str) -> File | None:
        if (found := _found(path)) is None:
            return None
        file = File(found.st_dev, found.st_ino)
        self.claims.reads(file, path)
        return file


def _overlapping(photos: Store, results: Store) -> tuple[str, str] | None:
    """Return the addresses of two stores if one lies in the other, and both at URLs."""
    if not isinstance(photos, Remote) or not isinstance(results, Remote):
        return None
    one, other = photos.address, results.address
    return (one, other) if one.startswith(other) or other.startswith(one) else None


def _at(address: str) -> File:
    """Return a number of its own for each address, as if it were a file."""
    return File(-1, int.from_bytes(hashlib.sha256(os.fsencode(address)).digest()[:16]))


def _found(path: str) -> os.stat_result | None:
    """Return what lies under a name; a link that leads nowhere is something, too."""
    for look in (os.stat, os.lstat):
        try:
            return look(path)
        except (OSError, ValueError):
            continue
    return None
