"""Looks at the files of a snapshot: are they all there, and are they what they should be?"""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING, NamedTuple

from fastseg_edit.hub import cache, hashes, lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Finding(NamedTuple):
    """What became of one file.

    Attributes:
        name: The file, with `/` between folders.
        against: What it was compared with: "catalogue", "hub", or "" if nothing is known of it.
        right: False if it is another file than that. True where nothing is known.
    """

    name: str
    against: str
    right: bool


def lacking(snapshot: Path, wanted: Iterable[str]) -> list[str]:
    """Return the names and patterns that no file of a snapshot has, and the files still to come.

    Args:
        snapshot: The folder.
        wanted: Names of files, or patterns such as "unet/*.json".
    """
    there = list(cache.files(snapshot))
    expected = [*wanted, *lock.read(snapshot)]
    return [name for name in expected if not any(fnmatch(file, name) for file in there)]


def look(snapshot: Path, wanted: Mapping[str, str], thorough: bool = False) -> list[Finding]:
    """Compare the files of a snapshot with what is known of them, and remember what was found.

    A file is compared with the catalogue's SHA-256; or else with what it was when it was last
    looked at; or else with what the hub says of it.

    Args:
        snapshot: The folder.
        wanted: SHA-256 of files by name. Those that are empty, and patterns, say nothing.
        thorough: True to compute every hash. Otherwise a file that has kept its size and its time
            since the last look is not read again: weights have gigabytes.
    """
    known = lock.read(snapshot)
    seen, findings = dict(known), []
    for name in cache.files(snapshot):
        path = snapshot / name
        before = known.get(name, lock.Seen())
        if (
            not thorough
            and before.unchanged(path)
            and wanted.get(name) in (before.sha256, "", None)
        ):
            findings.append(Finding(name, before.checked, True))
            continue
        found = hashes.sha256(path)
        finding = Finding(name, *_compared(path, found, wanted.get(name, ""), before))
        findings.append(finding)
        if finding.right:
            seen[name] = lock.Seen.of(path, found, finding.against)
    if seen != known:
        lock.write(snapshot, seen)
    return findings


def _compared(path: Path, found: str, wanted: str, before: lock.Seen) -> tuple[str, bool]:
    """Return what a file was compared with, and whether it is that."""
    if before.sha256 and not wanted:
        return before.checked, found == before.sha256
    return hashes.compare(path, found, wanted, cache.announced(path))
