"""The items of a job, one after the other."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import photos
from fastseg_edit.batching.manifests import filling, usual
from fastseg_edit.batching.manifests.items import Item
from fastseg_edit.batching.manifests.sweeping import Sweep
from fastseg_edit.batching.manifests.terms import KEYS as TERMS
from fastseg_edit.batching.manifests.terms import Terms
from fastseg_edit.batching.storage import naming
from fastseg_edit.errors import SpecError
from fastseg_edit.requests import Defaults, reading, words
from fastseg_edit.requests.problems import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fastseg_edit.batching.manifests.items import Writing
    from fastseg_edit.batching.manifests.manifest import Manifest
    from fastseg_edit.requests import Problems, Request

OWN = ("id", "photo", "photos", "exclude", "name", "steps")
"""What an item says besides its edit and how that is written."""

PER_ITEM = "per-item"
"""The seed that gives each item one of its own."""

MOST_KNOWN = 100
"""So many combinations of them are remembered."""

MOST_MISTAKES = 1000
"""Reading ends after so many."""


def items(job: Manifest, problems: Problems) -> Iterator[Item]:
    """Yield the items of a job.

    Args:
        job: The job.
        problems: Takes what is wrong with them.
    """
    lister = Lister(job, problems)
    number = 0
    for place, entry in job.items.each(problems):
        for item in lister.items(entry, place, number):
            yield item
            number += 1
        if len(problems.found) > MOST_MISTAKES:
            problems.say(place, "there may be more mistakes below: reading ends here")
            return
    if not number and not problems.found and not job.waits:
        problems.say("/items", "a job wants at least one item, got none")


@dataclass
class Lister:
    """Makes items of entries. What the entries have in common is read once.

    Attributes:
        job: The job.
        problems: Takes what is wrong.
    """

    job: Manifest
    problems: Problems
    usual: Defaults = field(init=False)
    terms: Terms = field(init=False)

    def __post_init__(self) -> None:
        said = {"operation": usual.OPERATION, **self.job.defaults}
        self.usual = Defaults(said, besides=(*OWN, *TERMS))
        self._steps = Defaults({key: it for key, it in said.items() if key not in TERMS})
        self._others = dict[frozenset[str], Lister]()
        self.usual.once("profile", self._check_profile, self.problems)
        self.terms = Terms(self.usual, self.problems)
        self._sweep = Sweep(self.job)
        self._shared = filling.wants(self.job.defaults)

    def _check_profile(self) -> None:
        """Note a profile that is not known, even if there is more that is wrong."""
        with self.problems.at(self.usual.of("profile")):
            usual.check_profile(self.job.defaults.get("profile"), self.job.folders.home)

    def items(self, entry: Any, place: str, number: int) -> Iterator[Item]:
        """Yield the items of an entry: one for each photo that it names.

        Args:
            entry: What stands in the document.
            place: Where it stands there.
            number: That of the first item.
        """
        if not words.is_mapping(entry, place, self.problems):
            return
        if cleared := usual.cleared(entry):
            yield from self._without(cleared).items(usual.without(entry, cleared), place, number)
            return
        before = len(self.problems.found)
        edit, seeds = self._seeds(entry)
        read = self._requests(edit, place)
        writing, gates = self.terms.writing(entry, place), self.terms.gates(entry, place)
        pattern, id_of = self._name(entry, place), self._ids(entry, place)
        good = bool(read) and len(self.problems.found) == before
        wanting = good and (self._shared or filling.wants(entry) or _is_several(entry))
        for photo in self._sweep.photos(entry, place, self.problems):
            if not good:
                return  # its photos were looked for to tell of them, too
            with self.problems.at(place):
                item_id = id_of(photo)
                requests = self._filled(edit, place, photo, item_id) if wanting else read
                output, written = _output(pattern, photo, item_id, requests, writing)
                item = Item(number, item_id, photo, requests, output, written, gates, place)
                yield self._seeded(item, seeds)
                number += 1

    def _without(self, cleared: frozenset[str]) -> Lister:
        """Return what makes items for which some of the defaults do not hold."""
        if cleared not in self._others:
            if len(self._others) >= MOST_KNOWN:
                self._others.clear()
            kept = replace(self.job, defaults=usual.without({**self.job.defaults}, cleared))
            self._others[cleared] = Lister(kept, self.problems)
        return self._others[cleared]

    def _requests(self, edit: Mapping[str, Any], place: str) -> tuple[Request, ...]:
        """Read the edits of an entry. Empty if something is wrong with one."""
        if not _is_several(edit):
            found = [reading.read(edit, self.job.folders, self.problems, place, self.usual)]
        else:
            found = [
                self._step(step, at) for at, step in self._several(edit, inside(place, "steps"))
            ]
        typed = self.job.folders.free
        read = tuple(each.unplaced() if typed else each for each in found if each)
        return read if len(read) == len(found) else ()

    def _step(self, step: Any, place: str) -> Request | None:
        """Read one of several edits."""
        shared = self._steps
        if cleared := usual.cleared(step):
            step, shared = usual.without(step, cleared), self._without(cleared)._steps
        return reading.read(step, self.job.folders, self.problems, place, shared)

    def _several(self, edit: Mapping[str, Any], place: str) -> Iterator[tuple[str, Any]]:
        """Yield the steps of an entry."""
        for key in edit.keys() - {*OWN, *TERMS}:
            message = f"an item with steps says {key} in them, or in the defaults of the job"
            self.problems.say(inside(place.removesuffix("/steps"), key), message)
        if not edit["steps"]:
            self.problems.say(place, "a list of edits was wanted, got an empty one")
        for number, step in enumerate(edit["steps"]):
            yield inside(place, number), step

    def _filled(
        self, edit: Mapping[str, Any], place: str, photo: str, item_id: str
    ) -> tuple[Request, ...]:
        """Read the edits of an entry with the names of files filled in for one photo."""

        def fill(text: str) -> str:
            return naming.fill(naming.check(text), photo, item_id) if "{" in text else text

        shared = {k: self.job.defaults[k] for k in filling.NAMED if k in self.job.defaults}
        if _is_several(edit):
            steps = [filling.filled({**shared, **step}, fill) for step in edit["steps"]]
            found = self._requests({**edit, "steps": steps}, place)
        else:
            found = self._requests(filling.filled({**shared, **edit}, fill), place)
        if not found:
            raise SpecError("E_SPEC", f"{photo}: a file that the prompt names cannot be named so")
        return found

    def _seeds(self, entry: Mapping[str, Any]) -> tuple[Mapping[str, Any], tuple[bool, ...]]:
        """Return an entry without "per-item" for a seed, and which of its edits ask for that."""
        edit = _unseeded(entry)
        asked = edit is not entry
        if not _is_several(entry):
            return edit, (asked,)
        steps = [_unseeded(step) for step in entry["steps"]]
        several = zip(steps, entry["steps"], strict=True)
        return {**edit, "steps": steps}, tuple(asked or a is not b for a, b in several)

    def _seeded(self, item: Item, asked: tuple[bool, ...]) -> Item:
        if self.job.seed is None and not any(asked):
            return item
        return item.seeded(self.job.seed or 0, asked, self.job.seed is not None)

    def _name(self, entry: Mapping[str, Any], place: str) -> str:
        if "name" not in entry and self.job.name == naming.PATTERN:
            return naming.PATTERN
        with self.problems.at(inside(place, "name")):
            return naming.check(entry.get("name", self.job.name))
        return naming.PATTERN

    def _ids(self, entry: Mapping[str, Any], place: str) -> Callable[[str], str]:
        """Return what tells the id of an item by its photo."""
        if "id" not in entry:
            return lambda photo: photo
        said = entry["id"]
        good = isinstance(said, int | str) and not isinstance(said, bool)
        if not good or not str(said).strip() or "\0" in str(said):
            self.problems.say(inside(place, "id"), f"a name or a number was wanted, got {said!r}")
        pattern = str(said)
        return lambda photo: naming.fill(pattern, photo, photo)


def _is_several(entry: Mapping[str, Any]) -> bool:
    """Tell whether an item is done in steps. A number of steps is a setting of diffusion."""
    return isinstance(entry.get("steps"), list)


def _unseeded(edit: Any) -> Any:
    """Return an edit without "per-item" for a seed. One that says something else is returned."""
    if isinstance(edit, dict) and edit.get("seed") == PER_ITEM:
        return {key: value for key, value in edit.items() if key != "seed"}
    return edit


def _output(
    pattern: str, photo: str, item_id: str, requests: tuple[Request, ...], writing: Writing
) -> tuple[str, Writing]:
    """Return what a result is called and how it is written, which its ending may say, too."""
    selects = requests[-1].operation == "segment"
    if pattern == naming.PATTERN and writing.format == "keep" and not selects:
        return photo, writing
    ending = naming.ending(writing.format) or (".png" if selects else "")
    output = naming.filled(pattern, photo, item_id, ending)
    own, said = posixpath.splitext(photo)[1], posixpath.splitext(output)[1]
    if own == said and writing.format == "keep" and not selects:
        return output, writing
    agreed = photos.agreed(Path(output), writing.format, own)
    return output, writing if agreed == writing.format else replace(writing, format=agreed)
