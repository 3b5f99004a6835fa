"""What a batch would do, as the command line lists it."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fastseg_edit.apps import batch_asked, reporting
from fastseg_edit.apps.batch_tally import ALL, SOME
from fastseg_edit.apps.texts import printable
from fastseg_edit.batching.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastseg_edit.batching.checks.checking import Planned

ROWS = 20
"""Items that are listed, unless more are asked for."""

COLUMNS = ("item", "photo", "size", "operation", "result")


@dataclass
class Found:
    """What the items of a job are like.

    Attributes:
        rows: The first of them.
        count: How many there are.
        problems: How many cannot be done.
        stored: Bytes of their photos.
        pixels: Pixels of their photos.
        operations: How many there are of each operation.
    """

    rows: list[Planned] = field(default_factory=list)
    count: int = 0
    problems: int = 0
    stored: int = 0
    pixels: int = 0
    operations: Counter[str] = field(default_factory=Counter)

    def add(self, planned: Planned) -> None:
        """Count one more."""
        self.count += 1
        self.problems += planned.problem is not None
        self.stored += planned.stored
        self.pixels += planned.size[0] * planned.size[1] if planned.size else 0
        self.operations[planned.item.operation] += 1

    def line(self, where: str) -> str:
        """Return one line on all of them."""
        asked = ", ".join(f"{count} {name}" for name, count in self.operations.items())
        cannot = f", {self.problems} cannot be done" if self.problems else ""
        size = f"{self.pixels / 1e6:.1f} megapixels, {self.stored / 1e6:.1f} MB"
        return f"{self.count} items: {asked}{cannot}; {size} -> {where}"

    def status(self) -> int:
        """Return the exit status."""
        if not self.problems:
            return 0
        return ALL if self.problems == self.count else SOME


def plan(names: Sequence[str], given: Mapping[str, Any]) -> int:
    """List what a job would do, and return the exit status. Nothing is written.

    Args:
        names: A manifest, a folder, a pattern, or photos.
        given: The flags, by name.

    Raises:
        DocumentError: With all mistakes of the job.
    """
    asked = batch_asked.asked(names, given)
    job = Job(asked.manifest(), selects=asked.selects)
    found = Found()
    with closing(job.planned()) as items:
        for planned in items:
            found.add(planned)
            _say(planned, found, given)
    if not given["as_json"] and not given["quiet"]:
        _show(found)
    reporting.say(given, printable(found.line(job.manifest.results.where)))
    return found.status()


def _say(planned: Planned, found: Found, given: Mapping[str, Any]) -> None:
    """Say of an item why it cannot be done, and what it is if that is wanted at once."""
    if given["as_json"]:
        click.echo(json.dumps(_known(planned)))
    elif given["verbose"] or found.count <= ROWS:
        found.rows.append(planned)
    if (problem := planned.problem) is not None:
        click.echo(printable(f"error[{problem.code}] {planned.item.photo}: {problem}"), err=True)


def _show(found: Found) -> None:
    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for planned in found.rows:
        table.add_row(*(Text(printable(cell)) for cell in _cells(planned)))
    console = Console()
    console.width = max(console.width, reporting.WIDTH)
    console.print(table)
    if more := found.count - len(found.rows):
        click.echo(f"... and {more} more; -v lists them all")


def _cells(planned: Planned) -> tuple[str, ...]:
    item = planned.item
    size = f"{planned.size[1]}x{planned.size[0]}" if planned.size else "-"
    result = planned.problem.code if planned.problem else item.output
    return item.id, item.photo, size, item.operation, result


def _known(planned: Planned) -> dict[str, Any]:
    item, problem = planned.item, planned.problem
    error = problem and {"code": problem.code, "message": problem.message, "hint": problem.hint}
    return {
        "id": item.id,
        "photo": item.photo,
        "size": planned.size and [planned.size[1], planned.size[0]],
        "operation": item.operation,
        "output": item.output,
        "error": error,
    }
