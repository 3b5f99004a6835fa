"""One edit of one photo, as the command line runs it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from fastseg_edit import documents, operations, options, profiles, sources
from fastseg_edit.apps import asking, files, progress, reporting, texts
from fastseg_edit.errors import FastsegError, SpecError
from fastseg_edit.settings import Settings
from fastseg_edit.specs import EditSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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
    target = None if given["dry_run"] else files.Target.of(operation, photo, given)
    if target and target.skip:
        reporting.say(given, f"skipped {photo}: {target.path} is there already")
        if given["as_json"]:
            click.echo(json.dumps({"state": "skipped", "photo": photo, "output": str(target.path)}))
        return
    spec = _spec(operation, photo, given)
    quiet, as_json = given["quiet"], given["as_json"]
    with progress.shown(photo, hidden=as_json, silent=quiet) as watch:
        edited = operations.run(spec, watch)
        if target:
            target.write(edited)
    reporting.report(edited, given, target)


def _spec(operation: str, photo: str, given: Mapping[str, Any]) -> EditSpec:
    """Open the photo and say what is to be done to it."""
    chosen = _settings(given)
    _tell_profile(given, chosen)
    source = sys.stdin.buffer.read() if photo == "-" else photo
    opened = sources.open_source(source, chosen)
    asker = asking.Asker(opened.photo.rgb.shape[:2], given["mask_resize"] == "fit")
    if (avoid := asker.avoided(given["avoid"])) is not None:
        chosen["avoid"] = avoid
    prompt = None if operation == "outpaint" else asker.prompt(given)
    return EditSpec(operation, opened, prompt, given.get("caption", ""), chosen)


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flags that are settings, with --set as overrides."""
    chosen = {
        name: given[name]
        for name in options.hints_of(Settings)
        if given.get(name) is not None and name != "avoid"  # still the names of files and boxes
    }
    chosen["overrides"] = _assigned(given["set"], "--set STAGE.OPTION=VALUE", ".")
    if options_of_model := _assigned(given["model_option"], "--model-option OPTION=VALUE"):
        chosen["model_options"] = options_of_model
    if words := texts.labels(given)[:-1]:
        chosen["labels"] = words
    return chosen


def _assigned(texts_given: Sequence[str], form: str, within: str = "") -> dict[str, Any]:
    """Return NAME=VALUE flags as a mapping, with values as in YAML.

    Args:
        texts_given: The values of the flag.
        form: The flag, for an error.
        within: What a name has to hold.
    """
    assigned = {}
    for text in texts_given:
        address, equals, value = text.partition("=")
        if not equals or within not in address:
            raise SpecError("E_SPEC", f"{form} was wanted, got {text!r}")
        assigned[address] = documents.scalar(value)
    return assigned


def _tell_profile(given: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
    profile = profiles.load(chosen.get("profile", "auto"))
    if profile.why:
        reporting.say(given, f"profile {profile.name}: {profile.why}; see: fastseg-edit doctor")
