"""The commands `fastseg-edit batch`: jobs of many photos."""

from __future__ import annotations

from importlib import import_module
from typing import Any, get_args

import click

from fastseg_edit.apps import batch_flags, flags
from fastseg_edit.batching.workers.messages import State


@click.group("batch")
def batch() -> None:
    """Edit many photos: nothing is lost, and nothing is done twice.

    JOB is a manifest (YAML, JSON, JSONL or CSV), a folder, a pattern such as 'shoot/**/*.jpg', or
    photos. Flags are those of a single edit, for all photos; with a manifest, its defaults.
    """


@batch.command("run", epilog=flags.EPILOG)
@batch_flags.jobs
@batch_flags.asked
@batch_flags.working
@click.option("--segment-only", is_flag=True, help="Only select: masks and a contact sheet.")
@click.option("--recheck", is_flag=True, help="Look at every byte of what earlier runs have done.")
@click.option("--dry-run", is_flag=True, help="Only check, as plan does.")
@batch_flags.watching
@flags.said
def run(job: tuple[str, ...], dry_run: bool, **given: Any) -> int:
    """Do what is not done yet.

    The results go to a folder of their own, and in it a journal says what was done: to go on after
    an interruption, give the same command again. Ends with 0 if all is done, 3 if some items
    failed, 4 if all did, 130 if it was interrupted. A watch ends with Ctrl+C and not with 130.
    """
    if dry_run:
        return int(_late("planning").plan(job, given))
    return int(_late("running").run(job, given))


@batch.command("plan", epilog=flags.EPILOG)
@batch_flags.jobs
@batch_flags.asked
@click.option("--segment-only", is_flag=True, help="Only select: masks and a contact sheet.")
@flags.said
def plan(job: tuple[str, ...], **given: Any) -> int:
    """Check everything, and list what would be done. Nothing is written, no model is loaded.

    Ends with 2 if the manifest has mistakes, 3 if some items cannot be done, 4 if none can.
    """
    return int(_late("planning").plan(job, given))


@batch.command("status")
@batch_flags.job
@batch_flags.found
@flags.said
def status(job: str, **given: Any) -> None:
    """Say how far a job is. JOB may also be the folder of its results."""
    _late("status").show(job, given)


@batch.command("retry")
@batch_flags.job
@batch_flags.results
@click.option(
    "--state",
    "states",
    type=click.Choice(get_args(State)),
    multiple=True,
    help="Which to do again.  [default: failed, cancelled]",
)
@click.option("--item", "ids", multiple=True, metavar="ID", help="Do this one again.")
@batch_flags.working
@flags.said
def retry(job: str, **given: Any) -> int:
    """Do again what failed, as the last run asked for it. JOB may be the folder of results."""
    return int(_late("running").retry(job, given))


@batch.command("report")
@batch_flags.job
@batch_flags.found
@flags.said
def report(job: str, **given: Any) -> None:
    """Write report.html, a contact sheet and summaries of what came of a job."""
    _late("reporting").report(job, given)


def _late(module: str) -> Any:
    """Import what `--help` can do without."""
    return import_module(f"fastseg_edit.apps.batch_{module}")
