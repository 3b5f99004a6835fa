"""One edit of one photo, as the command line runs it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from fastseg_edit import documents, operations, options, profiles
from fastseg_edit.apps import asking, files, progress
from fastseg_edit.errors import FastsegError, SpecError
from fastseg_edit.operations import EditSpec
from fastseg_edit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.edited import Edited


def run(operation: str, photo: str, given: Mapping[str, Any]) -> None:
    """Edit one photo, save the result, and say what was done.

    Args:
        operation: One of `settings.OPERATIONS`.
        photo: Path of the photo, or "-" for standard input.
        given: The flags, by name.

    Raises:
        FastsegError: With the photo's name in `photo`.
    """
    try:
        _run(operation, photo, given)
    except FastsegError as error:
        error.photo = photo
        raise


def _run(operation: str, photo: str, given: Mapping[str, Any]) -> None:
    target = files.Target.of(operation, photo, given)
    if target.skip:
        _say(given, f"skipped {photo}: {target.path} is there already")
        if given["as_json"]:
            click.echo(json.dumps({"state": "skipped", "photo": photo, "output": str(target.path)}))
        return
    chosen = _settings(given)
    _tell_profile(given, chosen)
    source = sys.stdin.buffer.read() if photo == "-" else photo
    opened = operations.open_source(source, chosen)
    asker = asking.Asker(opened.photo.rgb.shape[:2], given["mask_resize"] == "fit")
    if (avoid := asker.avoided(given["avoid"])) is not None:
        chosen["avoid"] = avoid
    spec = EditSpec(operation, opened, asker.prompt(given), given.get("caption", ""), chosen)
    quiet, as_json = given["quiet"], given["as_json"]
    with progress.shown(photo, hidden=as_json, silent=quiet) as watch:
        edited = operations.run(spec, watch)
        target.write(edited)
    _report(edited, given, target)


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flags that are settings, with --set as overrides."""
    chosen = {
        name: given[name]
        for name in options.hints_of(Settings)
        if given.get(name) is not None and name != "avoid"  # still the names of files and boxes
    }
    overrides = {}
    for text in given["set"]:
        address, equals, value = text.partition("=")
        if not equals or "." not in address:
            raise SpecError("E_SPEC", f"--set STAGE.OPTION=VALUE was wanted, got {text!r}")
        overrides[address] = documents.scalar(value)
    return {**chosen, "overrides": overrides}


def _tell_profile(given: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
    profile = profiles.load(chosen.get("profile", "auto"))
    if profile.why:
        _say(given, f"profile {profile.name}: {profile.why}; see: fastseg-edit doctor")


def _report(edited: Edited, given: Mapping[str, Any], target: files.Target) -> None:
    report = edited.report()
    if given["as_json"]:
        click.echo(json.dumps({**report, "saved": [str(path) for path in target.saved]}))
    for warning in report["warnings"]:
        _say(given, f"warning[{warning['code']}] {report['photo']}: {warning['text']}")
    if given["verbose"]:
        for stage in report["stages"]:
            _say(given, f"{stage['seconds']:8.3f} s  {stage['stage']}")
    seconds = sum(stage["seconds"] for stage in report["stages"])
    kept = "" if edited.operation == "segment" else f" ({edited.kept})"
    share = report["mask_pixels"] / (report["size"][0] * report["size"][1])
    _say(
        given,
        f"{report['operation']}: {report['state']}, {share:.1%} of the photo, {seconds:.2f} s -> "
        f"{target.path or 'standard output'}{kept}",
    )


def _say(given: Mapping[str, Any], line: str) -> None:
    if not given["quiet"]:
        click.echo(line, err=True)
