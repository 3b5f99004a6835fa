"""How far a download is, on standard error."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from fastseg_edit.hub import telling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.hub.order import Step, Tell

TEXT = "[progress.description]{task.description}"


@contextmanager
def shown(name: str) -> Iterator[Tell]:
    """Show a download: a bar on a terminal, or else a line for each file.

    Args:
        name: What is downloaded.

    Yields:
        What to call as bytes come in.
    """
    if instead := telling.instead.get():
        yield instead
    elif sys.stderr.isatty():
        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        with Progress(TEXT, *columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(name, total=None)

            def tell(step: Step) -> None:
                text = f"{name}: {step.file}"
                progress.update(task, description=text, completed=step.done, total=step.total)

            yield tell
    else:
        yield _Lines(name)


class _Lines:
    """A line for each file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.file = ""

    def __call__(self, step: Step) -> None:
        if step.file != self.file:
            self.file = step.file
            share = f"{step.done / 1e6:.1f} of {step.total / 1e6:.1f} MB"
            sys.stderr.write(f"fetching {self.name}: {step.file}, {share} are there\n")
