"""What earlier runs have done already."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from fastseg_edit.batching.driving.outcomes import FINISHED, Outcome
from fastseg_edit.batching.driving.publishing import Publisher
from fastseg_edit.batching.manifests.keys import Keys, hash_of
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.journals.tables import Output
    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.storage.stores import Store


class Memory:
    """Tells what need not be done again.

    Args:
        journal: What is known of earlier runs.
        photos: The store of photos.
        results: The store of results.
        recheck: True to hash every file again, also those that seem not to have changed.
    """

    def __init__(
        self, journal: Journal, photos: Store, results: Store, recheck: bool = False
    ) -> None:
        self._journal, self._photos = journal, photos
        self._recheck = recheck
        self._keys = Keys(self._hash_of_file)
        self._publisher, self._results = Publisher(journal, results), results
        self._of_photos, self._of_results = dict[str, str | None](), dict[str, str | None]()

    def recover(self) -> None:
        """Let those files appear that were complete when an earlier run ended suddenly."""
        self._publisher.recover()

    def look_ahead(self, items: Iterable[Item]) -> None:
        """Ask for the states of files of several items at a time, where each takes long.

        Args:
            items: Those whose outcomes are asked for next.
        """
        self._of_photos, self._of_results = {}, {}
        if self._photos.near and self._results.near:
            return
        lasts = [(item, self._journal.last(item.id)) for item in items]
        ended = [(item, last) for item, last in lasts if last and last.state in FINISHED]
        with suppress(FastsegError):  # each is asked for again, and tells of its item
            if not self._photos.near:
                self._of_photos = self._photos.states({item.photo for item, _ in ended})
            if not self._results.near:
                made = (self._journal.outputs(last.attempt) for _, last in ended)
                self._of_results = self._results.states(one.name for each in made for one in each)

    def outcome(self, item: Item) -> Outcome | None:
        """Return what came of an item in an earlier run, if nothing has changed since."""
        last = self._journal.last(item.id)
        if last is None or last.state not in FINISHED:
            return None
        if not last.key or last.key != self._key(item):
            return None
        outputs = self._journal.outputs(last.attempt)
        if len(outputs) != last.facts.get("files", 0):
            return None
        if outputs and item.output not in {one.name for one in outputs}:
            return None  # it was called otherwise then
        if not all(map(self._holds, outputs)):
            return None
        names = tuple(one.name for one in outputs)
        error = FastsegError(last.code, last.message, last.hint) if last.code else None
        state = next(state for state in FINISHED if state == last.state)
        return Outcome(item, state, False, names, last.facts, error)

    def _holds(self, one: Output) -> bool:
        """Tell whether a file is as it was made."""
        known = self._of_results.get(one.name)
        if known and known == one.state and not self._recheck:
            return True
        return self._publisher.holds(one.name, one, self._recheck)

    def _key(self, item: Item) -> str:
        try:
            return self._keys.of(item, self._hash_of_photo(item.photo))
        except (FastsegError, OSError):
            return ""  # doing the item will tell why

    def _hash_of_file(self, path: Path) -> str:
        folder = Folder(path.parent)
        return self._hash(folder, path.name, str(path.absolute()), lambda: hash_of(path))

    def _hash_of_photo(self, name: str) -> str:
        store = self._photos
        seen = self._of_photos.get(name)
        if known := seen and not self._recheck and self._journal.hash_of(name, seen):
            return known
        return self._hash(store, name, name, lambda: sha256(store.read(name)).hexdigest())

    def _hash(self, store: Store, name: str, title: str, taken: Callable[[], str]) -> str:
        """Return the hash of a file, from memory if it has not changed."""
        state = store.state(name)
        known = state and not self._recheck and self._journal.hash_of(title, state)
        if known:
            return known
        found = taken()
        if state is not None and store.settled(state):
            self._journal.hashed(title, state, found)
        return found
