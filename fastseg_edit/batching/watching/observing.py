"""What the system tells of a folder that is watched, with the help of watchdog."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from fastseg_edit.errors import InputError, ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.batching.watching.arrivals import Arrivals

EVENTS = ("FileClosedEvent", "FileMovedEvent", "DirCreatedEvent", "DirMovedEvent")
"""What Linux is asked for: the ends of writing, and folders that come with their files."""

KINDS = ("closed", "created", "modified", "moved")
"""What may have changed a file: not that it was opened, or has another owner."""

NOTED_TWICE = "Callback with id"
"""How a warning begins that watchdog has for its authors, on folders that come with folders."""


@contextmanager
def watched(arrivals: Arrivals, poll: bool = False) -> Iterator[None]:
    """Watch a folder, and tell what arrives.

    Linux tells when a writing ends. Other systems, and folders of other machines, do not: there a
    file is written when its size and its time have stayed the same for two seconds.

    Args:
        arrivals: Is told. What is there already is taken first.
        poll: True to look at the folder every second, where the system tells nothing.

    Raises:
        ModelError: With E_MODEL_MISSING and the command that helps, if watchdog is not installed.
        InputError: If there is no such folder, or it cannot be watched.
    """
    folder = arrivals.folder
    if not folder.is_dir():
        message = f"{str(folder)!r} is no folder, so it cannot be watched"
        raise InputError("E_INPUT_MISSING", message)
    arrivals.told = sys.platform == "linux" and not poll
    observer, options = _observer(arrivals.told, poll)
    try:
        observer.schedule(_Listener(arrivals), str(folder), recursive=True, **options)
        observer.start()
    except OSError as error:
        message = f"{str(folder)!r} cannot be watched: {error.strerror or error}"
        raise InputError("E_INPUT_ACCESS", message, "Add --poll to look at it instead.") from error
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", NOTED_TWICE, RuntimeWarning)
            yield
    finally:
        observer.stop()
        observer.join()


class _Listener:
    """Hears what happens in a folder, from the observer's thread.

    Args:
        arrivals: Is told.
    """

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals

    def dispatch(self, event: Any) -> None:
        """Hear of one event, as watchdog tells it."""
        kind = event.event_type
        path = event.dest_path if kind == "moved" else event.src_path
        if kind not in KINDS or not path:  # what is moved away has no place any more
            return
        name = PurePath(os.fsdecode(path)).relative_to(self._arrivals.folder).as_posix()
        if not event.is_directory:
            ended = self._arrivals.told and kind in ("closed", "moved")
            self._arrivals.tell(name, "written" if ended else "changed")
        elif kind != "modified":
            self._arrivals.tell(name, "folder")


def _observer(told: bool, poll: bool) -> tuple[Any, dict[str, Any]]:
    """Return what watches, and how it is asked to."""
    try:
        if told:
            linux = import_module("watchdog.observers.inotify")
            events = import_module("watchdog.events")
            asked = [getattr(events, name) for name in EVENTS]
            return linux.InotifyObserver(generate_full_events=True), {"event_filter": asked}
        if poll:
            return import_module("watchdog.observers.polling").PollingObserver(), {}
        return import_module("watchdog.observers").Observer(), {}
    except ModuleNotFoundError as error:
        message = "--watch needs 'watchdog', which is not installed"
        hint = "Run: pip install 'fastseg-edit[watch]'"
        raise ModelError("E_MODEL_MISSING", message, hint) from error
