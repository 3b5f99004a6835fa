"""What earlier runs have done already."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from fastseg_edit.batching.driving.outcomes import FINISHED, Outcome
from fastseg_edit.batching.driving.publishing import Publisher
from fastseg_edit.batching.manifests.keys import Keys, hash_of
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastseg_edit.batching.journals.journal import Journal
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
        self._publisher = Publisher(journal, results)

    def recover(self) -> None:
        """Let those files appear that were complete when an earlier run ended suddenly."""
        self._publisher.recover()

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
        if not all(self._publisher.holds(one.name, one, self._recheck) for one in outputs):
            return None
        names = tuple(one.name for one in outputs)
        error = FastsegError(last.code, last.message, last.hint) if last.code else None
        state = next(state for state in FINISHED if state == last.state)
        return Outcome(item, state, False, names, last.facts, error)

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
