"""A bar for a batch, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from fastseg_edit.apps.texts import printable

if TYPE_CHECKING:
    from fastseg_edit.apps.batch_tally import Tally
    from fastseg_edit.batching.manifests.items import Item

MOST = 40
"""Characters of the name of a photo at work."""


class Bar:
    """Shows how far a batch is, how long it will take, and what is at work.

    Args:
        title: What the job is called.
    """

    def __init__(self, title: str) -> None:
        self._console = Console(stderr=True)
        self._work = dict[int, str]()
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}", markup=False),
            TextColumn("{task.fields[counts]}", markup=False),
            TextColumn("{task.fields[work]}", markup=False),
            console=self._console,
            refresh_per_second=5,
            transient=True,
        )
        name = printable(title)
        self._task = self._progress.add_task(name, total=None, left="", counts="checking", work="")

    def live(self) -> Progress:
        """Return what shows the bar while it holds."""
        return self._progress

    def update(self, tally: Tally) -> None:
        """Show how far it is."""
        self._progress.update(
            self._task,
            total=tally.total,
            completed=tally.count,
            left=span(tally.left()),
            counts=tally.words(),
        )

    def at(self, item: Item, stage: str) -> None:
        """Show that an item begins a stage."""
        self._work.pop(item.number, None)  # so that it becomes the last
        self._work[item.number] = f"{stage} {printable(item.photo)[-MOST:]}"
        self._show_work()

    def over(self, item: Item) -> None:
        """Forget an item."""
        self._work.pop(item.number, None)
        self._show_work()

    def _show_work(self) -> None:
        """Show what began last."""
        self._progress.update(self._task, work=next(reversed(self._work.values()), ""))

    def say(self, line: str) -> None:
        """Write a line above the bar."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def span(seconds: float | None) -> str:
    """Return how long something still takes, "" if that is not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} left" if hours else f"{minutes}:{rest:02} left"
