"""Several edits of one photo, as the command line runs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastseg_edit import operations, requests
from fastseg_edit.apps import asking, files, one, progress, reporting
from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.requests import Plan


def run(photo: str, plan: str, given: Mapping[str, Any]) -> None:
    """Carry out a plan on one photo, save the result, and say what was done.

    Args:
        photo: Path of the photo, or "-" for standard input.
        plan: Path of the plan.
        given: The flags, by name. Those that are settings hold for every step.

    Raises:
        FastsegError: With the photo's name in `photo`, but for mistakes in the plan.
    """
    asked = _with_flags(requests.load(plan), given)
    with reporting.concerning(photo):
        _run(photo, asked, given)


def _with_flags(plan: Plan, given: Mapping[str, Any]) -> Plan:
    chosen = asking.chosen(given)
    if chosen.get("dry_run"):
        raise SpecError("E_SPEC", "steps have no --dry-run", "Try each edit by itself.")
    steps = (replace(step, settings={**step.settings, **chosen}) for step in plan.steps)
    return replace(plan, steps=tuple(steps))


def _run(photo: str, plan: Plan, given: Mapping[str, Any]) -> None:
    target = files.Target.of("steps", photo, given, plan.files())
    if target.skip:
        reporting.skipped(given, photo, target)
        return
    opened = one.opened(photo, plan.steps[0].settings, given)
    specs = [step.spec(opened) for step in plan.steps]
    with progress.shown(photo, hidden=given["as_json"], silent=given["quiet"]) as watch:
        edited = operations.steps(opened, specs, watch)
        target.write(edited)
    reporting.report(edited, given, target)
