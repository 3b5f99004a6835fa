"""What is heard of a model while it is at work: how far it is, and what it had to change.

A model says so without knowing who listens; whoever listens may stop it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastseg_edit.errors import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Listener: TypeAlias = Callable[[int, int], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


class Remark(NamedTuple):
    """What a model said, and of what.

    Attributes:
        notice: What happened.
        about: The object that it concerns, such as one `Hole` of many that are painted at once,
            the same as was given to the model. None if it concerns all of them.
    """

    notice: Notice
    about: object | None = None

    def concerns(self, thing: object) -> bool:
        """Return whether it is about one thing, or about all."""
        return self.about is None or self.about is thing


_remarks: ContextVar[list[Remark] | None] = ContextVar("remarks", default=None)


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


def remark(code: str, text: str, about: object | None = None) -> None:
    """Tell what the owner of the photo should know, such as that memory was short.

    Args:
        code: One of `codes.NOTICES`.
        text: What happened, in one line.
        about: The hole that it concerns. None if it concerns everything that is painted.
    """
    remarks = _remarks.get()
    if remarks is None:
        return
    notice = Notice(code, text)
    # By identity: a hole holds arrays, which have no single answer to whether they are equal.
    if not any(one.notice == notice and one.about is about for one in remarks):
        remarks.append(Remark(notice, about))


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
def remarked() -> Iterator[list[Remark]]:
    """Collect what the models that run meanwhile remark, with what it is about.

    Yields:
        The remarks so far, in order, the same about the same thing once.
    """
    remarks: list[Remark] = []
    before = _remarks.set(remarks)
    try:
        yield remarks
    finally:
        _remarks.reset(before)
