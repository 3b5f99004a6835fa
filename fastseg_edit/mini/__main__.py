"""`python -m fastseg_edit.mini`: measure the mini pack, and seal its weights."""

from __future__ import annotations

import json
import math
import os
from typing import TYPE_CHECKING

import click

from fastseg_edit.apps.cli import run
from fastseg_edit.apps.commands import CONTEXT
from fastseg_edit.errors import ModelError
from fastseg_edit.mini import sealing, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INSTALL = "Run: pip install 'fastseg-edit[mini]'"
ONE = click.Choice(table.KEYS)
COLUMNS = "{:22} {:44} {:>9} {:>9}  {}"


@click.group(context_settings=CONTEXT)
def group() -> None:
    """Measure the mini pack on drawn scenes that it has never seen."""


@group.command("evaluate")
@click.option("--quick", is_flag=True, help="Fewer scenes: less than a minute.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON on stdout.")
@click.option("--seed", default=0, type=click.IntRange(0), help="Number of the first test scene.")
@click.option("--only", multiple=True, type=ONE, metavar="KEY", help="This figure; repeat.")
def evaluate(quick: bool, as_json: bool, seed: int, only: tuple[str, ...]) -> None:
    """Print each figure, what it should reach, what it is, and whether that will do."""
    # Read once, when torch is loaded. On models this small a second thread mostly waits, spinning:
    # on two busy cores one thread took 5 s of CPU where two took 25.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    keys = only or table.KEYS
    found: dict[str, float] = {}
    click.echo(COLUMNS.format("key", "figure", "floor", "measured", ""), err=as_json)
    try:
        for topic, values in table.measured(keys, seed, quick):
            for line in _lines(topic, values, keys):
                click.echo(line, err=as_json)
            found |= values
    except ModelError as error:
        raise ModelError(error.code, error.message, INSTALL) from error
    if as_json:
        click.echo(json.dumps({key: _number(found[key]) for key in table.KEYS if key in keys}))


@group.command("seal")
def seal() -> None:
    """Write the SHA-256 of the weights that lie here into the catalogue. For developers."""
    click.echo(f"sealed: {sealing.seal():,} bytes in all")


def _number(value: float) -> float | None:
    """Return a figure for JSON, which has no word for "nothing was found to measure"."""
    return round(value, 4) if math.isfinite(value) else None


def _lines(topic: table.Topic, values: Mapping[str, float], keys: Sequence[str]) -> list[str]:
    """Return the lines of one topic: those of the table, then what it measured besides."""
    lines = []
    for figure in topic.figures:
        if figure.key in keys:
            value = values[figure.key]
            bound = f"{'<=' if figure.most else '>='} {figure.floor:.2f}"
            verdict = "met" if figure.met(value) else "NOT MET"
            lines.append(COLUMNS.format(figure.key, figure.about, bound, f"{value:.3f}", verdict))
    besides = values.keys() - set(table.KEYS)
    return lines + [
        COLUMNS.format(f"  {key}", "", "", f"{values[key]:.3f}", "") for key in sorted(besides)
    ]


if __name__ == "__main__":
    raise SystemExit(run(group, "python -m fastseg_edit.mini"))
