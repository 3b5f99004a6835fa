"""Which files of a folder have been written to their end, and in which order they are taken.

Where the system tells that a file was closed or moved into place, that is its end. Elsewhere a file
counts as written when its size and its time have stayed the same for a while.
"""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from fastseg_edit import photos
from fastseg_edit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUIET = 2.0
"""Seconds that a file must stay the same where nothing tells that its writing has ended."""

LOOK = 0.25
"""Seconds between two looks at the files that may still be written."""

AGAIN = 30.0
"""Seconds between two looks at the whole folder, for what nobody told."""

News: TypeAlias = Literal["written", "changed", "folder"]


class Look(NamedTuple):
    """How a file was when it was looked at.

    Attributes:
        size: In bytes.
        changed: When it was changed last, by the clock of its file system.
        since: Since when it has been so, by our clock. It may not be compared with `changed`.
        quiet: For how many seconds it has to stay so.
    """

    size: int
    changed: int
    since: float
    quiet: float

    def same(self, other: Look) -> bool:
        """Tell whether a file has not changed between two looks."""
        return (self.size, self.changed) == (other.size, other.changed)


def photo_like(name: str) -> bool:
    """Tell whether a file is called like a photo, and is neither hidden nor half downloaded."""
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and path.suffix.lower() in photos.ENDINGS


class Arrivals:
    """The photos of a folder that wait to be done.

    Names are all that is held, each once, however often a file changes. What is told of files may
    come from any thread; all else is for one.

    Args:
        folder: The folder. Those below it count, those whose names begin with a dot do not.
        wanted: Whether a file is to be done at all: asked for each when its turn comes.
        clock: Returns seconds, and never goes back.

    Attributes:
        told: True if the end of every writing is told, as `tell` of "written".
    """

    def __init__(
        self,
        folder: Path,
        wanted: Callable[[str], bool] = lambda _name: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder, self._wanted, self._clock = folder.absolute(), wanted, clock
        self.told = False
        self._news = dict[str, News]()
        self._lock = Lock()
        self._waiting = dict[str, Look]()
        self._ready = dict[str, None]()
        self._busy = dict[str, set[str]]()
        self._taken = dict[str, Look]()
        self._next_look = self._next_round = self._clock()
        self._begun = False

    def tell(self, name: str, news: News) -> None:
        """Note what happened to a file or a folder. Returns at once; for any thread.

        Args:
            name: Relative to the folder.
            news: "written" if that has ended, "changed" if nobody knows; "folder" if it is one that
                has come, with whatever is in it.
        """
        if news == "folder" or photo_like(name):
            with self._lock:
                self._news[name] = news

    def next(self) -> str | None:
        """Return the name of a photo whose turn it is, or None for now.

        Raises:
            InputError: With E_INPUT_MISSING, if the folder is no longer there.
        """
        self._listen()
        now = self._clock()
        if now >= self._next_look:
            self._next_look = now + LOOK
            self._look(now)
        while name := next((name for name in self._ready if name not in self._busy), None):
            del self._ready[name]
            if self._take(name):
                return name
        return None

    def begin(self) -> list[str]:
        """Return the photos that are there, and count them as taken.

        Those that were changed just now are left out: they have their turn when they are settled.
        """
        resting = [name for name in self._names() if self._rests(name)]
        self._look_at_all()
        for name in resting:
            self._ready.pop(name, None)
            if found := self._seen(name):
                self._taken[name] = found
        return resting

    def hold(self, name: str, why: str = "") -> None:
        """Note that a photo is at work: it has no other turn before it is `done`.

        Args:
            name: Of the photo.
            why: Tells apart what is done to it. Its turn, from `next` on, is "".
        """
        self._busy.setdefault(name, set()).add(why)

    def done(self, name: str, why: str = "") -> None:
        """Note that something is done. Once all is, a photo that has changed may have another turn.

        Args:
            name: Of the photo.
            why: As for `hold`.
        """
        held = self._busy.get(name, set())
        held.discard(why)
        if not held:
            self._busy.pop(name, None)

    def _listen(self) -> None:
        """Sort what was told."""
        with self._lock:
            news, self._news = self._news, {}
        for name, what in news.items():
            if what == "folder":
                for one in self._names(name):
                    self._wait(one, QUIET)
            elif what == "written":
                self._waiting.pop(name, None)
                self._ready[name] = None
            else:
                self._wait(name, QUIET)

    def _wait(self, name: str, quiet: float) -> None:
        """Wait for the end of a writing, unless that is known or has had its turn."""
        if name in self._ready or name in self._waiting:
            return
        found, taken = self._seen(name), self._taken.get(name)
        if found and not (taken and found.same(taken)):
            self._waiting[name] = found._replace(quiet=quiet)

    def _look(self, now: float) -> None:
        """See which files have stayed the same for long enough."""
        if not self.folder.is_dir():
            message = f"the folder {str(self.folder)!r} that is watched is gone"
            raise InputError("E_INPUT_MISSING", message)
        if now >= self._next_round:
            self._next_round = now + AGAIN
            self._look_at_all()
        for name, before in [*self._waiting.items()]:
            found = self._seen(name)
            if found is None:
                del self._waiting[name]
            elif not found.same(before):
                self._waiting[name] = found._replace(quiet=before.quiet)
            elif now - before.since >= before.quiet:
                del self._waiting[name]
                self._ready[name] = None

    def _look_at_all(self) -> None:
        """Take what is there at the beginning, and later what nobody told of."""
        taken, self._taken = self._taken, {}
        quiet = AGAIN if self.told and self._begun else QUIET
        for name in self._names():
            if name in taken:
                self._taken[name] = taken[name]
            if not self._begun and self._rests(name):
                self._ready[name] = None
            self._wait(name, quiet)
        self._begun = True

    def _rests(self, name: str) -> bool:
        """Tell whether a file has been as it is for some time."""
        found = self._seen(name)
        return found is not None and found.changed / 1e9 + QUIET < time.time()

    def _take(self, name: str) -> bool:
        """Tell whether a file is still there, and to be done. If so, it is taken."""
        found = self._seen(name)
        if found is None:
            return False
        self._taken[name] = found
        if not self._wanted(name):
            return False
        self.hold(name)
        return True

    def _seen(self, name: str) -> Look | None:
        """Look at a file. None if it is not there, no file, or nothing is in it yet."""
        try:
            found = (self.folder / name).stat()
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(found.st_mode) or not found.st_size:
            return None
        return Look(found.st_size, found.st_mtime_ns, self._clock(), QUIET)

    def _names(self, below: str = "") -> Iterator[str]:
        """Yield the photos in a folder and in those below it, in order."""
        for place, folders, files in os.walk(self.folder / below):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            inner = Path(place).relative_to(self.folder)
            names = ((inner / name).as_posix() for name in sorted(files))
            yield from filter(photo_like, names)
