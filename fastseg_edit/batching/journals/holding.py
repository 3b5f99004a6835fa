"""One run at a time where no file can be locked: an object says who is at work there.

An object store lets go of nothing when a machine stops, so whoever holds the place says again and
again that it is still there. One that has been silent for `STALE` seconds is taken for dead, by
the clocks of both machines; they must not differ by more than a part of that. A run that finds
that another one holds its place ends before it writes anything more. A thread of its own says so,
as nothing else that a run does is sure to be quick.
"""

from __future__ import annotations

import json
import os
import platform
import time
import uuid
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.errors import FastsegError, InputError, OutputError, told

if TYPE_CHECKING:
    from fastseg_edit.batching.storage.remote import Remote

NAME = f"{OURS}/lock.json"

STALE = 90.0
"""Seconds of silence after which a run is taken for dead."""

BEAT = 15.0
"""Seconds after which a run says again that it is there."""

PAUSE = 2.0
"""Seconds after which a run that took the place of a dead one looks if it was the only one."""


class Claim:
    """Who is at work at a URL.

    Args:
        results: The place.

    Raises:
        OutputError: With E_BUSY, if somebody else is; with E_OUTPUT_WRITE, if nobody may write.
    """

    def __init__(self, results: Remote) -> None:
        self._results, self._token = results, uuid.uuid4().hex
        if not results.claim(NAME, self._said()):
            self._refuse_if_alive(self._found())
            results.remove(NAME)
            if not results.claim(NAME, self._said()):
                self._refuse_if_alive(self._found(), always=True)
            time.sleep(PAUSE)  # another run that found the dead one may just remove our claim
            self._check_ours()
        self._lost: FastsegError | None = None
        self._over = Event()
        self._keeper = Thread(target=self._keep, daemon=True)
        self._keeper.start()

    @property
    def held(self) -> bool:
        """Whether the place is not lost, as far as this run knows."""
        return self._lost is None

    def check(self) -> None:
        """Raise a FastsegError if the place is lost: with E_BUSY, if another run has it."""
        if self._lost is not None:
            raise self._lost

    def refresh(self) -> None:
        """Say that this run is still there. Raises an OutputError with E_BUSY if it is not so."""
        self._check_ours()
        self._results.put(NAME, self._said())

    def release(self) -> None:
        """Let others come."""
        self._over.set()
        self._keeper.join()
        with suppress(InputError, OutputError):  # after `STALE` seconds they may come anyway
            if self._found().get("token") == self._token:
                self._results.remove(NAME)

    def _keep(self) -> None:
        """Say now and then that this run is there. A short breakdown does no harm."""
        heard = time.monotonic()
        while not self._over.wait(BEAT):
            try:
                self.refresh()
                heard = time.monotonic()
            except Exception as error:  # nobody else would hear of it
                reason = told(error)
                if reason.code == "E_BUSY" or time.monotonic() - heard > STALE / 2:
                    self._lost = reason
                    return

    def _check_ours(self) -> None:
        found = self._found()
        if found.get("token") != self._token:
            self._refuse_if_alive(found, always=True)

    def _said(self) -> bytes:
        said = {"machine": platform.node(), "process": os.getpid(), "seen": time.time()}
        return json.dumps({**said, "token": self._token}).encode()

    def _found(self) -> dict[str, Any]:
        try:
            found = json.loads(self._results.read(NAME))
        except ValueError:
            return {}
        except InputError as error:
            if error.code == "E_INPUT_MISSING":
                return {}
            raise
        return found if isinstance(found, dict) else {}

    def _refuse_if_alive(self, found: dict[str, Any], always: bool = False) -> None:
        machine, process = found.get("machine"), found.get("process")
        seen = found.get("seen")
        silent = time.time() - (seen if isinstance(seen, int | float) else 0.0)
        if not always and (silent > STALE or _ended(machine, process)):
            return
        if not found:
            message = f"another run has taken {self._results.where} over, and is over itself"
            raise OutputError("E_BUSY", message, "Run the job again.")
        message = (
            f"process {process} of {machine} writes into {self._results.where} already; "
            f"it was seen {max(0.0, silent):.0f} s ago"
        )
        hint = f"Wait for it to end. If it was killed, {STALE:g} s after that the place is free."
        raise OutputError("E_BUSY", message, hint)


def _ended(machine: Any, process: Any) -> bool:
    """Whether a run was one of this machine's, and is no more."""
    if machine != platform.node() or not isinstance(process, int):
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
