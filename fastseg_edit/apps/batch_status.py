"""How far a batch is, as the command line says it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from fastseg_edit.apps.batch_bar import span
from fastseg_edit.apps.batch_shown import elsewhere
from fastseg_edit.apps.batch_tally import warnings
from fastseg_edit.apps.texts import printable
from fastseg_edit.batching.journals import standing
from fastseg_edit.batching.manifests import kept
from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastseg_edit.batching.journals.standing import Standing


TOLD = ("photo", "code", "message", "hint")
"""What is told of an error."""


def show(name: str, given: Mapping[str, Any]) -> None:
    """Say how far a job is, on stdout.

    Args:
        name: The folder of its results, or what it was run with.
        given: The flags, by name.
    """
    results = kept.of(name, given["out"])
    found = standing.of(results, given["journal"])
    if given["as_json"]:
        errors = [dict(zip(TOLD, one, strict=True)) for one in found.errors]
        known = {**asdict(found), "errors": errors, "seconds_left": found.seconds_left}
        click.echo(json.dumps({"out": results.where, **known}))
        return
    for line in _lines(results.where, found):
        click.echo(printable(line))


def _lines(where: str, found: Standing) -> Iterator[str]:
    yield f"{where}: {_running(found)}"
    counts = ", ".join(f"{count} {state}" for state, count in found.states.items())
    warned = f"; {warnings(found.warnings)}" if found.warnings else ""
    yield f"{sum(found.states.values())} items: {counts or 'none yet'}{warned}"
    if found.others:
        yield f"{elsewhere(found.others)}; status, retry and report are about the last run"
    if found.process and found.rate:
        yield f"{found.rate:.2f} items per second, {span(found.seconds_left)}"
    for photo, *about in found.errors:
        error = FastsegError(*about)
        yield f"error[{error.code}] {photo}: {error}"


def _running(found: Standing) -> str:
    if found.process:
        return f"process {found.process} is at work"
    if found.began is None:
        return "no run has begun"
    if not found.ended:
        return "the last run was cut off; run the same command to go on"
    open_ones = found.left + found.states.get("cancelled", 0)
    return f"the last run {'was stopped' if open_ones else 'came to its end'}"
