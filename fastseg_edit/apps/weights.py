"""`fastseg-edit models`: which weights there are, and how they get onto this machine."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import asdict, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from fastseg_edit import catalogue, registry
from fastseg_edit.hub import telling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastseg_edit.hub.checks import Finding
    from fastseg_edit.weights import Weights

COLUMNS = "{:24} {:10} {:10} {:22} {:6} {:>6} {:>8}  {}"
HEADINGS = ("name", "role", "family", "licence", "gated", "native", "MB", "where")


@click.group("models", invoke_without_command=True)
@click.pass_context
def models(context: click.Context) -> None:
    """List weights, download them, and look whether they are what they should be."""
    if context.invoked_subcommand is None:
        context.invoke(listing)


@models.command("list")
@click.option("--kinds", is_flag=True, help="List the models that load weights instead.")
@click.option("--json", "as_json", is_flag=True, help="As JSON on stdout.")
def listing(kinds: bool = False, as_json: bool = False) -> None:
    """List the weights in the catalogue, and where they lie on this machine."""
    if kinds:
        _list_kinds()
        return
    entries = catalogue.known().values()
    if as_json:
        click.echo(json.dumps([asdict(entry) | {"place": _place(entry)} for entry in entries]))
        return
    click.echo(COLUMNS.format(*HEADINGS))
    for entry in entries:
        known = (entry.name, entry.role, entry.family, entry.licence)
        sizes = ("yes" if entry.gated else "", entry.native or "", entry.memory or "")
        click.echo(COLUMNS.format(*known, *sizes, _place(entry) or "-").rstrip())


@models.command("path")
@click.argument("weights")
def path(weights: str) -> None:
    """Print where weights lie, after a look whether they are what they should be."""
    click.echo(str(catalogue.folder(weights)))


@models.command("fetch")
@click.argument("names", metavar="WEIGHTS...", nargs=-1, required=True)
@click.option("--force", is_flag=True, help="Download even what is there.")
@click.option("--include", multiple=True, metavar="PATTERN", help="Only these files; repeat.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def fetch(names: tuple[str, ...], force: bool, include: tuple[str, ...], quiet: bool) -> None:
    """Download weights: names in the catalogue, or owner/name[@revision][:file] of a model hub.

    They go to the cache of huggingface_hub. A download that was cut goes on where it stopped.
    """
    for name in names:
        entry = catalogue.find(name)
        if not entry.folder:
            order = entry.order(force)
            if include:
                order = replace(order, files={each: entry.files.get(each, "") for each in include})
            with telling.to(telling.nobody) if quiet else nullcontext():
                catalogue.fetch(order)
        looked_at = catalogue.findings(entry)
        catalogue.refuse_wrong(entry, looked_at)
        if not quiet:
            _say(entry, looked_at)
            click.echo(f"{name} is in {entry.place}")


@models.command("verify")
@click.argument("names", metavar="[WEIGHTS]...", nargs=-1)
def verify(names: tuple[str, ...]) -> None:
    """Read every file of weights again, and compare it with its hash. Without names: of all."""
    entries = [catalogue.find(name) for name in names] or catalogue.present()
    looked_at = []
    for entry in entries:
        looked_at.append(catalogue.findings(entry, thorough=True))
        _say(entry, looked_at[-1])
    for entry, findings in zip(entries, looked_at, strict=True):
        catalogue.refuse_wrong(entry, findings)


def _say(entry: Weights, findings: Iterable[Finding]) -> None:
    """Print what became of each file."""
    for finding in findings:
        verdict = "WRONG" if not finding.right else "right" if finding.against else "unverified"
        against = f", compared with the {finding.against}" if finding.against else ""
        click.echo(f"{verdict:10} {entry.name}: {finding.name}{against}")


def _list_kinds() -> None:
    """Print the models by kind, and whether they can be used here."""
    doctor: Any = import_module("fastseg_edit.apps.doctor")
    for kind in registry.KINDS[1:]:
        for name in sorted(registry.names(kind)) or ["(none)"]:
            click.echo(f"{kind:10} {name:12} {doctor.about(kind, name)}")


def _place(entry: Weights) -> str:
    """Return where weights lie. Empty if they are not on this machine, or not all of them."""
    return "" if entry.place is None or entry.lacking else str(entry.place / entry.loads)
