"""Who is told how far a download is, instead of the terminal."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.hub.order import Step, Tell

instead: ContextVar[Tell | None] = ContextVar("told of downloads", default=None)
"""None where nobody else is, and a progress bar is drawn on standard error."""


@contextmanager
def to(tell: Tell) -> Iterator[None]:
    """Tell somebody else of the downloads inside this block, such as `nobody`."""
    token = instead.set(tell)
    try:
        yield
    finally:
        instead.reset(token)


def nobody(_: Step) -> None:
    """Show nothing."""
