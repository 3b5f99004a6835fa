"""What the command line says about an edit."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastseg_edit.apps.files import Target
    from fastseg_edit.edited import Edited
    from fastseg_edit.quality import Quality

WIDTH = 100
"""Columns of the table where nothing says how wide the output is."""

COLUMNS = ("object", "label", "score", "margin", "box", "pixels", "photo", "border")
"""What the table says of each object: `quality.Quality`, with shares in percent."""


@contextmanager
def concerning(photo: str) -> Iterator[None]:
    """Let errors say in `photo` which photo, or which record, they are about."""
    try:
        yield
    except FastsegError as error:
        error.photo = photo
        raise


def report(edited: Edited, given: Mapping[str, Any], target: Target | None) -> None:
    """Say what was done: lines on stderr, and JSON on stdout if asked for.

    Args:
        edited: The outcome.
        given: The flags, by name.
        target: What was written. None after a dry run, which puts a table on stdout instead.
    """
    known = edited.report()
    if given["as_json"]:
        click.echo(json.dumps({**known, **_besides(edited, target)}))
    elif target is None:
        _show(edited.quality if known["mask_pixels"] else [])
    warn(given, edited)
    if given["verbose"]:
        for stage in known["stages"]:
            say(given, f"{stage['seconds']:8.3f} s  {stage['stage']}")
    say(given, _summary(edited, known, target))


def warn(given: Mapping[str, Any], edited: Edited) -> None:
    """Say what the owner of the photo should know."""
    for code, text in edited.warnings:
        say(given, f"warning[{code}] {edited.source}: {text}")


def _besides(edited: Edited, target: Target | None) -> dict[str, Any]:
    """Return what is worth knowing beside the report: the seed, the variants, and the files."""
    saved = [str(path) for path in target.saved] if target else []
    variants = [{**one.report(), "seed": one.edit.seed} for one in edited.variants]
    return {"seed": edited.edit.seed, "variants": variants, "saved": saved}


def skipped(given: Mapping[str, Any], photo: str, target: Target) -> None:
    """Say that a photo was left alone, because its result is there."""
    say(given, f"skipped {photo}: {target.path} is there already")
    if given["as_json"]:
        click.echo(json.dumps({"state": "skipped", "photo": photo, "output": str(target.path)}))


def say(given: Mapping[str, Any], line: str) -> None:
    """Write a line to stderr, unless nothing is to be said."""
    if not given["quiet"]:
        click.echo(line, err=True)


def _summary(edited: Edited, known: Mapping[str, Any], target: Target | None) -> str:
    seconds = sum(stage["seconds"] for stage in known["stages"])
    count = len(known["objects"])
    found = f"{count} object{'s' * (count != 1)}, {known['coverage']:.1%} of the photo"
    begun = f"{known['operation']}: {known['state']}, {found}, {seconds:.2f} s"
    if target is None:
        return f"{begun}; nothing was written"
    kept = "" if edited.operation == "segment" else f" ({edited.kept})"
    others = f" and {len(edited.variants)} more" if edited.variants else ""
    return f"{begun} -> {target.path or 'standard output'}{others}{kept}"


def _show(found: list[Quality]) -> None:
    """Print a table with a line for each object."""
    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        is_text = name in ("label", "box")
        table.add_column(
            name, justify="left" if is_text else "right", no_wrap=True, overflow="ellipsis"
        )
    for number, judged in enumerate(found, 1):
        table.add_row(str(number), *_cells(judged))
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(table)


def _cells(judged: Quality) -> tuple[Text, ...]:
    cells = (
        judged.label or "-",
        f"{judged.score:.3f}",
        "-" if judged.margin is None else f"{judged.margin:+.3f}",
        ",".join(map(str, judged.box)),
        str(judged.pixels),
        f"{judged.coverage:.1%}",
        f"{judged.border:.0%}",
    )
    return tuple(Text(cell) for cell in cells)  # words with brackets are no markup
