"""What was found in a snapshot, remembered beside it, so that a changed file is noticed later."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

OURS = "fastseg-edit"
"""The folder beside `snapshots` that holds a file COMMIT.json for each of them."""


@dataclass(frozen=True)
class Seen:
    """A file as it was when its hash was last computed.

    Attributes:
        sha256: Its SHA-256. Empty while it is still to come.
        size: Bytes.
        changed: When it was last written, in nanoseconds.
        checked: What its content was compared with: "catalogue", "hub", or "" for nothing.
    """

    sha256: str = ""
    size: int = 0
    changed: int = 0
    checked: str = ""

    @classmethod
    def of(cls, path: Path, sha256: str, checked: str) -> Seen:
        """Return a file's state now."""
        state = path.stat()
        return cls(sha256, state.st_size, state.st_mtime_ns, checked)

    def unchanged(self, path: Path) -> bool:
        """Say whether a file still has the size and the time that it had."""
        state = path.stat()
        return bool(self.sha256) and (self.size, self.changed) == (state.st_size, state.st_mtime_ns)


def place(snapshot: Path) -> Path:
    """Return the file that remembers a snapshot."""
    return snapshot.parent.parent / OURS / f"{snapshot.name}.json"


def read(snapshot: Path) -> dict[str, Seen]:
    """Return what is remembered of the files of a snapshot. Nothing, if that is unreadable."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        document = json.loads(place(snapshot).read_text(encoding="utf-8"))
        return {name: Seen(**seen) for name, seen in document.items()}
    return {}


def write(snapshot: Path, seen: Mapping[str, Seen]) -> None:
    """Remember the files of a snapshot. A cache that may not be written is left as it is."""
    document = {name: asdict(seen[name]) for name in sorted(seen)}
    with suppress(OSError):
        path = place(snapshot)
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            json.dump(document, file, indent=1)
        Path(file.name).replace(path)  # whole, whoever reads or writes it meanwhile


def expect(snapshot: Path, names: Iterable[str]) -> None:
    """Remember that these files are to come, so that a fetch that was cut is not taken as whole."""
    write(snapshot, {name: Seen() for name in names} | read(snapshot))


def remembered(root: Path) -> Iterator[Path]:
    """Yield every snapshot of a cache of which something is remembered."""
    for path in sorted(root.glob(f"models--*/{OURS}/*.json")):
        snapshot = path.parent.parent / "snapshots" / path.stem
        if snapshot.is_dir():
            yield snapshot
