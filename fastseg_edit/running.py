"""What is heard of a model while it is at work: how far it is, and what it had to change.

A model says so without knowing who listens; whoever listens may stop it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeAlias

from fastseg_edit.errors import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Listener: TypeAlias = Callable[[int, int], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)
_notices: ContextVar[list[Notice] | None] = ContextVar("notices", default=None)


def step(number: int, total: int) -> None:
    """Tell whoever listens that one of several steps is done.

    Args:
        number: Steps that are done, from 1.
        total: Steps in all.

    Raises:
        Exception: Whatever the listener raises, such as `errors.Cancelled`; it ends the work.
    """
    listener = _listener.get()
    if listener is not None:
        listener(number, total)


def remark(code: str, text: str) -> None:
    """Tell what the owner of the photo should know, such as that memory was short.

    Args:
        code: One of `errors.NOTICES`.
        text: What happened, in one line.
    """
    notices = _notices.get()
    notice = Notice(code, text)
    if notices is not None and notice not in notices:
        notices.append(notice)


@contextmanager
def watched(listener: Listener | None) -> Iterator[None]:
    """Let a function hear of every step of the models that run meanwhile.

    Args:
        listener: Called with the steps that are done and those in all. Raise `errors.Cancelled`
            in it to stop the edit. None for nobody.
    """
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


@contextmanager
def noted() -> Iterator[list[Notice]]:
    """Collect what the models that run meanwhile remark, each once."""
    notices: list[Notice] = []
    before = _notices.set(notices)
    try:
        yield notices
    finally:
        _notices.reset(before)
