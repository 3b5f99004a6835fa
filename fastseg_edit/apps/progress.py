"""What is going on, shown on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from fastseg_edit import running
from fastseg_edit.hub import telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.status import Status

    from fastseg_edit.hub.order import Step, Tell
    from fastseg_edit.protocols import Stage


@contextmanager
def shown(
    title: str, hidden: bool = False, silent: bool = False
) -> Iterator[Callable[[int, Stage], None] | None]:
    """Show a spinner with the stage that runs, on a terminal only.

    Args:
        title: What is being worked on.
        hidden: True to show no spinner.
        silent: True to say nothing of downloads either.

    Yields:
        A callback for `Pipeline.__call__`, or None where nothing is shown.
    """
    if silent:
        with telling.to(telling.nobody):
            yield None
    elif hidden or not sys.stderr.isatty():
        yield None
    else:
        with Console(stderr=True).status(title) as status, telling.to(inside(status, title)):
            display = _Shown(status, title)
            with running.watched(display.step):
                yield display.stage


class _Shown:
    """What a spinner says: which stage runs, and how far a network is in it."""

    def __init__(self, status: Status, title: str) -> None:
        self.status, self.title, self.now = status, title, title

    def stage(self, number: int, stage: Stage) -> None:
        """Say which stage begins."""
        self.now = f"{self.title}: {number}. {type(stage).__name__}"
        self.status.update(self.now)

    def step(self, number: int, total: int) -> None:
        """Say how many steps of a network are done."""
        self.status.update(f"{self.now}, step {number} of {total}")


def inside(status: Status, title: str) -> Tell:
    """Return what shows a download in a spinner, since a bar beside it would spoil both."""

    def tell(step: Step) -> None:
        share = step.done / max(step.total, 1)
        status.update(f"{title}: fetching {step.file}, {share:.0%}")

    return tell
