"""The cache of the model hub on this machine: where it lies, and what is in it.

It is the one of the library huggingface_hub [1], shared with everything else that uses it. Its
layout is documented, and read here without that library, so that a machine without it can still
use what is there:

    models--OWNER--NAME/refs/main                   the commit that main was at
    models--OWNER--NAME/snapshots/COMMIT/FILE       a link to the file's content
    models--OWNER--NAME/blobs/HASH                  the content, named by its hash

References:
    [1] Hugging Face. Understand caching. https://huggingface.co/docs/huggingface_hub/guides/
        manage-cache
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastseg_edit.hub import hashes

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIN = "main"
HUB = "https://huggingface.co"

_NAMED = re.compile(r"([\w.-]+/[\w.-]+)(?:@(\w[\w./-]*))?")
_TRUE = ("1", "ON", "YES", "TRUE")


@dataclass(frozen=True)
class Repository:
    """A repository of a model hub, at a revision.

    Attributes:
        id: Its owner and its name, as owner/name.
        revision: A branch, a tag, or a commit's 40 hexadecimal digits.
    """

    id: str
    revision: str = MAIN

    @classmethod
    def parse(cls, text: str) -> Repository | None:
        """Return what owner/name or owner/name@revision stands for; None for other texts."""
        named = _NAMED.fullmatch(text)
        if not named or ".." in text:
            return None
        return cls(named[1], named[2] or MAIN)

    @classmethod
    def of(cls, snapshot: Path) -> Repository:
        """Return what a folder of the cache is a snapshot of."""
        owner_and_name = snapshot.parent.parent.name.removeprefix("models--")
        return cls(owner_and_name.replace("--", "/"), snapshot.name)

    @property
    def folder(self) -> Path:
        """Where the cache keeps it, whether it is there or not."""
        return root() / f"models--{self.id.replace('/', '--')}"

    @property
    def snapshot(self) -> Path | None:
        """Where the files of the revision lie. None if none of them is on this machine."""
        commit = self.revision
        if not hashes.GIT.fullmatch(commit):
            reference = self.folder / "refs" / commit
            if not reference.is_file():
                return None
            commit = reference.read_text(encoding="utf-8").strip()
        path = self.folder / "snapshots" / commit
        return path if path.is_dir() else None

    def __str__(self) -> str:
        return self.id if self.revision == MAIN else f"{self.id}@{self.revision}"


def root() -> Path:
    """Return the folder of the cache, as HF_HUB_CACHE, HF_HOME or XDG_CACHE_HOME set it."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if named := os.environ.get(variable):
            return _expanded(named)
    if home := os.environ.get("HF_HOME"):
        return _expanded(home) / "hub"
    return _expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface" / "hub"


def endpoint() -> str:
    """Return the address of the hub: HF_ENDPOINT, such as that of a mirror, or the public one."""
    return (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")


def is_offline() -> bool:
    """Say whether HF_HUB_OFFLINE forbids every download."""
    named = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return named.upper() in _TRUE


def files(snapshot: Path) -> Iterator[str]:
    """Yield the names of the files in a snapshot, with `/` between folders, in order."""
    for path in sorted(snapshot.rglob("*")):
        if path.is_file():
            yield path.relative_to(snapshot).as_posix()


def announced(path: Path) -> str:
    """Return the hash that the hub gave for a file of a snapshot. Empty if that is not known.

    It is the name of what the file is a link to. Where there are no links, it got lost.
    """
    name = path.readlink().name if path.is_symlink() else ""
    return name if hashes.SHA256.fullmatch(name) or hashes.GIT.fullmatch(name) else ""


def _expanded(path: str) -> Path:
    return Path(os.path.expandvars(path)).expanduser()
