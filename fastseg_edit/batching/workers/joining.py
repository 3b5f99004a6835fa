"""How a cluster is joined that Ray runs."""

from __future__ import annotations

import os
import signal
import socket
from importlib import import_module
from threading import current_thread, main_thread
from typing import Any

from fastseg_edit.errors import FastsegError, ModelError

SECONDS = 10.0
"""How long a cluster may take to answer at all."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def library() -> Any:
    """Return Ray. Raises a ModelError if it is not installed."""
    # Ray's own reports of who uses it go to strangers; who wants to send them sets this to 1.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Otherwise it tells of dead workers on standard output, among what is ours to say there.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    try:
        return import_module("ray")
    except ModuleNotFoundError as error:
        raise ModelError(
            "E_MODEL_MISSING",
            f"--ray needs {error.name!r}, which is not installed",
            "Run: pip install 'fastseg-edit[ray]'",
        ) from error


def connect(ray: Any, address: str) -> None:
    """Join a cluster, or begin one; who deals with signals stays who it was."""
    signals = {each: signal.getsignal(each) for each in _SIGNALS}
    options = {"include_dashboard": False} if address == "local" else {}
    try:
        _reach(address)
        ray.init(address, **options, log_to_driver=False, logging_level="ERROR")
    except (OSError, ray.exceptions.RayError, RuntimeError, ValueError) as error:
        message = f"the cluster {address!r} cannot be reached: {reason(error)}"
        raise FastsegError("E_WORKER", message) from error
    finally:
        for each, known in signals.items():
            if known is not None and current_thread() is main_thread():
                signal.signal(each, known)


def _reach(address: str) -> None:
    """Raise an OSError if nobody answers at an address: Ray itself would try for minutes."""
    host, colon, port = address.rpartition("://")[2].rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS).close()


def reason(error: Exception) -> str:
    """Return what Ray says of an end, in one line: the last of several, which is the cause."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__)[:200]
