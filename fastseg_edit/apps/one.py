"""One edit of one photo, as the command line runs it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from fastseg_edit import operations, profiles, sources
from fastseg_edit.apps import asking, files, progress, reporting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.sources import Opened


def run(operation: str, photo: str, given: Mapping[str, Any]) -> None:
    """Edit one photo, save the result, and say what was done.

    Args:
        operation: One of `settings.OPERATIONS`.
        photo: Path of the photo, or "-" for standard input.
        given: The flags, by name.

    Raises:
        FastsegError: With the photo's name in `photo`.
    """
    with reporting.concerning(photo):
        _run(operation, photo, given)


def _run(operation: str, photo: str, given: Mapping[str, Any]) -> None:
    request = asking.request(operation, given)
    target = None if given["dry_run"] else files.Target.of(operation, photo, given, request.files())
    if target and target.skip:
        reporting.skipped(given, photo, target)
        return
    spec = request.spec(opened(photo, request.settings, given))
    with progress.shown(photo, hidden=given["as_json"], silent=given["quiet"]) as watch:
        edited = operations.run(spec, watch)
        if target:
            target.write(edited)
    reporting.report(edited, given, target)


def opened(photo: str, settings: Mapping[str, Any], given: Mapping[str, Any]) -> Opened:
    """Open the photo of a command, and say which profile serves it.

    Args:
        photo: Its path, or "-" for standard input.
        settings: See `Settings`.
        given: The flags, by name.
    """
    profile = profiles.load(settings.get("profile", "auto"))
    if profile.why:
        reporting.say(given, f"profile {profile.name}: {profile.why}; see: fastseg-edit doctor")
    return sources.open_source(sys.stdin.buffer.read() if photo == "-" else photo, settings)
