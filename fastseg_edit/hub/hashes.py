"""Hashes of files, by which a hub and the catalogue name what is in them."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

GIT = re.compile("[0-9a-f]{40}")
SHA256 = re.compile("[0-9a-f]{64}")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def git(path: Path) -> str:
    """Return the SHA-1 by which git names a file's content, in hexadecimal digits."""

    def started() -> hashlib._Hash:
        return hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)

    with path.open("rb") as file:
        return hashlib.file_digest(file, started).hexdigest()


def compare(path: Path, found: str, wanted: str, announced: str) -> tuple[str, bool]:
    """Compare a file with what is known of it.

    Args:
        path: The file.
        found: Its SHA-256.
        wanted: The SHA-256 that the catalogue names, or empty.
        announced: What the hub says of it: 64 hexadecimal digits for a SHA-256, or 40 for git's
            name of the content. Anything else says nothing.

    Returns:
        What it was compared with, "catalogue", "hub", or "" for nothing, and whether it is that.
        True if there is nothing to compare it with.
    """
    if wanted:
        return "catalogue", found == wanted
    if SHA256.fullmatch(announced):
        return "hub", found == announced
    if GIT.fullmatch(announced):
        return "hub", git(path) == announced
    return "", True
