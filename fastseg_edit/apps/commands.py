"""The subcommands of `fastseg-edit`."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import click

import fastseg_edit
from fastseg_edit import codes, documents, library, settings
from fastseg_edit.apps import batch, flags, weights

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
@click.version_option(fastseg_edit.__version__, message="%(prog)s %(version)s")
def group() -> None:
    """Select an object in a photo, then remove, fill or replace it."""


def _operation(name: str) -> None:
    """Add the command of one operation."""
    about = documents.read(library.locate(name))["about"]
    extends = name == "outpaint"

    @group.command(name, help=about, epilog=None if extends else flags.EPILOG)
    @click.argument("photo")
    @(flags.canvas if extends else flags.prompts)
    @flags.captioned(name)
    @flags.outputs
    @flags.edit_settings
    def command(photo: str, **given: Any) -> None:
        _late("one").run(name, photo, flags.NO_PROMPTS | given)


for _name in settings.OPERATIONS:
    _operation(_name)


@group.command("paste", epilog=flags.EPILOG)
@click.argument("photo")
@flags.spot
@flags.prompts
@flags.outputs
@flags.edit_settings
def paste(photo: str, **given: Any) -> None:
    """Put an object of another photo into this one, with a soft rim and its own colours there.

    The prompt says what to take of the other photo. It is put where --at or --into says, as large
    as it is unless told. --blend poisson brings its colours to what is round it.
    """
    _late("pasted").run(photo, given)


@group.command("steps")
@click.argument("photo")
@click.argument("plan", metavar="PLAN.yaml")
@flags.outputs
@flags.edit_settings
def several(photo: str, plan: str, **given: Any) -> None:
    """Edit one photo several times, as a plan says.

    PLAN.yaml lists edits under `steps`, and what holds for all of them under `defaults`; see:
    fastseg-edit schema --edit. A prompt means the photo as it was, unless its step says
    `afterwards: true`.
    """
    _late("planned").run(photo, plan, flags.NO_PROMPTS | {"avoid": ()} | given)


@group.command("replay")
@click.argument("record", metavar="EDIT.json")
@click.option("--photo", help="The photo, if it is not where it was.")
@click.option("--select-again", is_flag=True, help="Find the mask again, with the same prompt.")
@click.option("--anywhere", is_flag=True, help="Trust the record: any folder, and pickles.")
@flags.results
def replay(record: str, **given: Any) -> None:
    """Make an edit again from the record that --sidecar wrote, and compare the two.

    Without -o nothing is written.
    """
    _late("again").run(record, flags.NO_PROMPTS | given)


@group.command("recipes")
@click.argument("name", required=False)
def recipes(name: str | None) -> None:
    """List the recipes, or print one."""
    if name is None:
        for known, about in library.known().items():
            click.echo(f"{known:20} {about}")
    else:
        click.echo(library.locate(name).read_text(encoding="utf-8"), nl=False)


group.add_command(batch.batch)
group.add_command(weights.models)


@group.command("doctor")
def examine() -> None:
    """Say what is installed, which models can run, and what would make it better."""
    for line in _late("doctor").lines():
        click.echo(line)


@group.command("schema")
@click.option("--edit", "of", flag_value="requests", help="Of a whole edit, or of several.")
@click.option("--batch", "of", flag_value="batching.manifests.schema", help="Of a batch.")
@click.option("--errors", "listed", is_flag=True, help="List the error codes instead.")
def schema(of: str | None, listed: bool) -> None:
    """Print the JSON Schema of the settings of one edit."""
    if not listed:
        shown = import_module(f"fastseg_edit.{of}").schema() if of else settings.schema()
        click.echo(json.dumps(shown, indent=2))
        return
    for code, (status, about) in codes.CODES.items():
        click.echo(f"{code:20} {status:3} {about}")
    for code, about in codes.NOTICES.items():
        click.echo(f"{code:20}   0 {about}")


@group.command("demo")
@click.option("-o", "--output", default="demo", show_default=True, help="Folder for the pictures.")
@click.option("--photos", help="Folder with photos and prompts.yaml, instead of the examples.")
def demo(output: str, photos: str | None) -> None:
    """Remove an object from each example photo, edit drawn scenes by words, and draw sheets."""
    _late("demo").run(output, photos)


def _late(module: str) -> Any:
    """Import an app that `--help` can do without."""
    return import_module(f"fastseg_edit.apps.{module}")
