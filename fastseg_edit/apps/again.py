"""An edit made again from its record, as the command line does it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fastseg_edit import records, replaying
from fastseg_edit.apps import files, progress, reporting
from fastseg_edit.requests import Folders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.apps.files import Target
    from fastseg_edit.edited import Edited
    from fastseg_edit.records import Record


def run(record: str, given: Mapping[str, Any]) -> None:
    """Make an edit again, save it if that is asked for, and say how it compares.

    Args:
        record: Path of what --sidecar wrote.
        given: The flags, by name.

    Raises:
        FastsegError: With the record's name in `photo`.
    """
    with reporting.concerning(record):
        _run(record, given)


def _run(record: str, given: Mapping[str, Any]) -> None:
    folders = Folders(Path(record).parent, (Path(),), free=given["anywhere"])
    known = records.load(record, folders)
    photo = _photo(known, given, folders)
    flags = {**given, **_as_recorded(known, given)}
    target = None
    if given["output"] or given["in_place"]:
        target = files.Target.of(
            str(known.document["operation"]), str(photo), flags, [Path(record)]
        )
        if target.skip:
            reporting.skipped(given, record, target)
            return
    with progress.shown(record, hidden=given["as_json"], silent=given["quiet"]) as watch:
        source = sys.stdin.buffer.read() if photo == "-" else photo
        edited = replaying.replay(known, source, given["select_again"], folders, watch)
        if target:
            target.write(edited)
    _report(known, edited, given, target)


def _report(known: Record, edited: Edited, given: Mapping[str, Any], target: Target | None) -> None:
    comparison = replaying.compare(known, edited)
    if given["as_json"]:
        saved = [str(path) for path in target.saved] if target else []
        outcome = {**edited.report(), **comparison._asdict(), "saved": saved}
        click.echo(json.dumps(outcome))
    reporting.warn(given, edited)
    reporting.say(given, f"replay of {known.origin}: {comparison}")


def _photo(known: Record, given: Mapping[str, Any], folders: Folders) -> str | Path:
    return given["photo"] or replaying.recorded_photo(known, folders)


def _as_recorded(known: Record, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flags that come from the record, where they are not given."""
    written = known.document.get("output") or {}
    kept = given["metadata"] == "keep"
    return {"metadata": written.get("metadata", "keep")} if kept else {}
