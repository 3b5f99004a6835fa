"""How the process begins that forks workers; see `nursery`."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from fastseg_edit.batching.workers import devices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODULE = "fastseg_edit.batching.workers.nursery"

MATRICES = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Variables that say how many threads libraries of matrices use. Ours are small: a second thread
mostly waits, spinning, for the first."""

NETWORKS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Those of libraries of networks."""


def limits(threads: int) -> dict[str, str]:
    """Return the variables that say how many threads libraries use.

    Args:
        threads: For networks; 0 for as many as they would use by themselves.
    """
    wanted = str(threads or usual_threads())
    return {**dict.fromkeys(MATRICES, "1"), **dict.fromkeys(NETWORKS, wanted)}


def usual_threads() -> int:
    """Return how many threads networks use where nobody says it."""
    said = os.environ.get(NETWORKS[0], "")
    return int(said) if said.isdecimal() and int(said) else devices.cores()


def started(number: int, modules: Sequence[str], variables: Mapping[str, str]) -> int:
    """Start a new interpreter, and return its process number.

    Args:
        number: Of the socket that it is to have.
        modules: What it is to import besides.
        variables: Of its environment.
    """
    os.set_inheritable(number, True)
    command = [sys.executable, "-P", "-m", MODULE, str(number), *modules]
    with Path(os.devnull).open("r+b") as nothing:
        actions = [(os.POSIX_SPAWN_DUP2, nothing.fileno(), each) for each in (0, 1)]
        return os.posix_spawn(
            sys.executable, command, {**os.environ, **variables}, file_actions=actions
        )


def is_alone() -> bool:
    """Tell whether this process surely has one thread only, those of libraries counted."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 (names are enough)
    except OSError:
        return False


def forked(number: int, modules: Sequence[str], variables: Mapping[str, str]) -> int:
    """Fork this process, which `is_alone`. Arguments as of `started`."""
    process = os.fork()
    if process:
        return process
    try:
        _let_go(number)
        os.environ.update(variables)
        import_module(MODULE).main(number, modules)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _let_go(number: int) -> None:
    """Let nothing that is open be shared, such as a lock, but one socket and where errors go.

    Numbers stay taken: an object of the program that closes its own must not close one of ours.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for each in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208 (names are enough)
        if each not in (number, nothing, 2) and _is_open(each):
            os.dup2(nothing, each)
    os.close(nothing)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:  # that of the list itself
        return False
    return True
