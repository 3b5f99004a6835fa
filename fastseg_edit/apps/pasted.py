"""An object of another photo pasted, as the command line runs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import pasting
from fastseg_edit.apps import asking, files, one, progress, reporting
from fastseg_edit.pasting import PasteSpec
from fastseg_edit.sources import open_source
from fastseg_edit.spots import Spot

if TYPE_CHECKING:
    from collections.abc import Mapping


def run(photo: str, given: Mapping[str, Any]) -> None:
    """Paste one object, save the result, and say what was done.

    Args:
        photo: Path of the photo that changes, or "-" for standard input.
        given: The flags, by name.

    Raises:
        FastsegError: With the photo's name in `photo`.
    """
    with reporting.concerning(photo):
        _run(photo, given)


def _run(photo: str, given: Mapping[str, Any]) -> None:
    spot = Spot(given["at"], given["height"], given["scale"], given["flip"], given["into"])
    request = asking.request("segment", given)
    read = [Path(given["origin"]), *request.files()]
    target = None if given["dry_run"] else files.Target.of("paste", photo, given, read)
    if target and target.skip:
        reporting.skipped(given, photo, target)
        return
    opened = one.opened(photo, request.settings, given)
    limits = {name: value for name, value in request.settings.items() if name != "frame"}
    source = open_source(given["origin"], limits)
    asked = request.spec(source)
    spec = PasteSpec(opened, source, asked.prompt, spot, asked.options)
    with progress.shown(photo, hidden=given["as_json"], silent=given["quiet"]) as watch:
        edited = pasting.run(spec, watch)
        if target:
            target.write(edited)
    reporting.report(edited, given, target)
