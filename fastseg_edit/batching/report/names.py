"""What the files of a report are called."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.storage.stores import Store

PAGE, SHEET = "report.html", "contact_sheet.jpg"
JSON, CSV = "summary.json", "summary.csv"

NAMES = (PAGE, SHEET, JSON, CSV)
"""Every file of a report, in the folder of results."""


KEPT = f"{OURS}/report.json"
"""Says which files are of a report: for each name the hashes that it may have."""


class Names:
    """Finds names for the files of a report, so that no other file is lost.

    Args:
        journal: Knows the results.
        photos: The store of photos.
        results: The store of results.
        alike: The photos that are called like a file of a report.
    """

    def __init__(
        self, journal: Journal, photos: Store, results: Store, alike: Iterable[str]
    ) -> None:
        self._journal, self._results = journal, results
        self._photos = _photos_among(alike, photos, results)
        self._earlier = _earlier(results)
        self._kept = dict[str, list[str]]()

    def free(self, name: str, content: bytes) -> str:
        """Return a name that nothing bears but an earlier report, and note what it is for.

        Args:
            name: The usual one.
            content: What the file will hold.
        """
        while name in self._photos or self._journal.owns(name) or self._is_another(name):
            name = f"report-{name}"
        self._kept.setdefault(name, []).append(hashlib.sha256(content).hexdigest())
        return name

    def kept(self) -> bytes:
        """Return what to write down, before the files appear under the names that were asked for.

        Until they do, what lies there is the earlier report's.
        """
        return json.dumps(self._kept).encode()

    def _is_another(self, name: str) -> bool:
        """Tell whether a file is there that no report wrote, or that was changed since."""
        if self._results.state(name) is None:
            return False
        try:
            digest = hashlib.sha256(self._results.read(name)).hexdigest()
        except FastsegError:
            return True
        if digest not in self._earlier.get(name, ()):
            return True
        self._kept[name] = [digest]
        return False


def _earlier(results: Store) -> Mapping[str, list[str]]:
    """Return which hashes the files of the last report may have."""
    try:
        said = json.loads(results.read(KEPT))
    except (FastsegError, ValueError):  # there was none
        return {}
    return said if isinstance(said, dict) else {}


def _photos_among(alike: Iterable[str], photos: Store, results: Store) -> frozenset[str]:
    """Return which photos lie in the folder of results itself."""
    if photos.where == results.where:
        return frozenset(alike)
    home = Path(results.where).resolve()
    sources = [photos.source(each) for each in alike]
    found = (source.resolve() for source in sources if isinstance(source, Path))
    return frozenset(path.name for path in found if path.parent == home)
