"""What is going on, shown on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastseg_edit.protocols import Stage


@contextmanager
def shown(title: str, hidden: bool = False) -> Iterator[Callable[[int, Stage], None] | None]:
    """Show a spinner with the stage that runs, on a terminal only.

    Args:
        title: What is being worked on.
        hidden: True to show nothing.

    Yields:
        A callback for `Pipeline.__call__`, or None where nothing is shown.
    """
    if hidden or not sys.stderr.isatty():
        yield None
        return
    with Console(stderr=True).status(title) as status:

        def watch(number: int, stage: Stage) -> None:
            status.update(f"{title}: {number}. {type(stage).__name__}")

        yield watch
