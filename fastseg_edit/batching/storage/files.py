"""Files under their names on this machine: none but ours is replaced, and no link followed."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS})
"""What file systems answer on which a file can have one name only."""


def appear(source: Path, target: Path) -> None:
    """Rename a file, unless something has the name: that stays, even if it came just now."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
        source.replace(target)
    else:
        source.unlink()


def no_link(path: str, flags: int) -> int:
    """Open a file, and none that a link leads to."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)


def sync(folder: Path) -> None:
    """Bring the names in a folder to the disk. Raises an OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
