"""Downloads into the cache of the hub. Nothing else of fastseg_edit touches the network.

The library huggingface_hub says what there is, and lays the cache out. The bytes are fetched over
plain HTTP from the hub that HF_ENDPOINT names, and from nowhere that it does not redirect to, for
two things that the library does not do: a download that was cut, be it by the end of the program,
goes on where it stopped; and a file whose hash is wrong never gets into the cache.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from fastseg_edit.errors import ModelError, OutputError
from fastseg_edit.hub import bars, cache, hashes, library, lock
from fastseg_edit.hub.order import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from fastseg_edit.hub.library import Remote
    from fastseg_edit.hub.order import Order, Tell


def fetch(order: Order) -> Path:
    """Download what is not in the cache yet, and compare every file that comes with its hash.

    A file is compared with the SHA-256 that the order names, or else with what the hub says of it.
    What came is remembered beside the snapshot.

    Returns:
        The folder of the snapshot.

    Raises:
        ModelError: With E_MODEL_MISSING, if there is no such repository or file, or it may not be
            had; E_MODEL_HASH, if a file is not what it should be; E_DOWNLOAD, if the hub cannot be
            reached or the connection is cut.
        OutputError: With E_OUTPUT_WRITE, if it cannot be stored.
    """
    if cache.is_offline():
        message = f"{order.name} cannot be downloaded: HF_HUB_OFFLINE is set"
        raise ModelError("E_MODEL_MISSING", message, f"Unset it and run: {order.command}")
    with library.explained(order), bars.shown(order.name) as tell:
        commit, offered = library.listing(order.repository)
        files = [offered[name] for name in order.chosen(offered)]
        fetching = _Fetching(order, commit, tell)
        missing = [file for file in files if order.force or not fetching.path(file).is_file()]
        _check_space(missing, order)
        lock.expect(fetching.snapshot, [file.name for file in files])
        fetching.bring(missing, total=sum(file.size for file in files))
        _point(order, commit)
    return fetching.snapshot


class _Fetching:
    """The files of one order, on their way."""

    def __init__(self, order: Order, commit: str, tell: Tell) -> None:
        self.order = order
        self.commit = commit
        self.tell = tell
        self.snapshot = order.repository.folder / "snapshots" / commit

    def path(self, file: Remote) -> Path:
        """Return where a file will be."""
        return self.snapshot / file.name

    def bring(self, missing: Sequence[Remote], total: int) -> None:
        """Download the files that are missing.

        Args:
            missing: The files.
            total: Bytes of the whole order, with what is there already.
        """
        done = total - sum(file.size for file in missing)
        for file in missing:
            self._bring(file, done, total)
            done += file.size
            self.tell(Step(file.name, done, total))

    def _bring(self, file: Remote, done: int, total: int) -> None:
        """Download one file, unless the cache has its content, and link and remember it."""
        source, etag = library.source(self.order.repository, self.commit, file.name)
        blob = self.order.repository.folder / "blobs" / etag
        blob.parent.mkdir(parents=True, exist_ok=True)
        seen = lock.Seen()
        with library.locked(blob):
            if self.order.force or not blob.is_file():
                part = blob.with_name(f"{etag}.part")
                source.save(part, lambda have: self.tell(Step(file.name, done + have, total)))
                seen = self._proved(file, part)
                part.replace(blob)
        if self.order.force:
            self.path(file).unlink(missing_ok=True)  # it may be a copy, where there are no links
        library.link(self.order.repository, self.commit, file.name)
        if seen.sha256:
            lock.write(self.snapshot, lock.read(self.snapshot) | {file.name: seen})

    def _proved(self, file: Remote, part: Path) -> lock.Seen:
        """Delete a file that came, if it is not what it should be; else return what it is."""
        found = hashes.sha256(part)
        wanted = self.order.files.get(file.name, "")
        against, right = hashes.compare(part, found, wanted, file.hash)
        if right:
            return lock.Seen.of(part, found, against)
        part.unlink()
        message = f"{file.name} of {self.order.name} came with another hash than the {against} says"
        hint = f"It was deleted. Try again, perhaps from another hub: {self.order.command}"
        raise ModelError("E_MODEL_HASH", message, hint)


def _check_space(missing: Iterable[Remote], order: Order) -> None:
    """Refuse a download that the disk has no room for, with E_OUTPUT_WRITE."""
    folder = cache.root()
    while not folder.exists():
        folder = folder.parent
    needed, free = sum(file.size for file in missing), shutil.disk_usage(folder).free
    if needed > free:
        message = f"{order.name} takes {needed / 1e6:.0f} MB, and {folder} has {free / 1e6:.0f}"
        raise OutputError("E_OUTPUT_WRITE", message, "Make room, or set HF_HOME to another disk.")


def _point(order: Order, commit: str) -> None:
    """Let the name of a branch or tag stand for the commit that it is at now."""
    if order.repository.revision != commit:
        path = order.repository.folder / "refs" / order.repository.revision
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(commit, encoding="utf-8")
