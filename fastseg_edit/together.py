"""Several edits at once: each selects for itself, and those with like stages paint together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastseg_edit.errors import FastsegError, NoObjectError
from fastseg_edit.job import Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.edit import Edit
    from fastseg_edit.edited import Edited
    from fastseg_edit.specs import EditSpec

Outcome: TypeAlias = "Edited | FastsegError"


class Selected(NamedTuple):
    """An edit that has its mask.

    Attributes:
        job: What runs.
        edit: The value that went through the stages that select.
    """

    job: Job
    edit: Edit


def run(specs: Sequence[EditSpec]) -> list[Outcome]:
    """Run each edit; see `operations.many`.

    Args:
        specs: So many that their photos fit into memory together.

    Returns:
        For each the outcome, or why it failed.
    """
    begun = [_select(spec) for spec in specs]
    outcomes: dict[int, Outcome] = {}
    for numbers in _alike(begun):
        jobs = [one for number in numbers if isinstance(one := begun[number], Selected)]
        outcomes |= zip(numbers, _painted(jobs), strict=True)
    return [
        outcomes[number] if isinstance(one, Selected) else one for number, one in enumerate(begun)
    ]


def _select(spec: EditSpec) -> Selected | Outcome:
    """Open the photo and find what is to be painted, or say what came of that."""
    try:
        job = Job.of(spec)
        with job.at_work():
            try:
                return Selected(job, job.selecting(job.edit))
            except NoObjectError as error:
                return job.nothing_found(error)
    except FastsegError as error:
        return error


def _painted(group: Sequence[Selected]) -> list[Outcome]:
    """Paint edits of like stages; one that fails spoils no other."""
    job = group[0].job
    with job.at_work():
        painted = list(job.painting.many((each.edit for each in group), size=len(group)))
    return [
        edit if isinstance(edit, FastsegError) else _done(each, edit)
        for each, edit in zip(group, painted, strict=True)
    ]


def _done(begun: Selected, edit: Edit) -> Outcome:
    try:
        return begun.job.done(edit, begun.job.work(begun.edit))
    except FastsegError as error:
        return error


def _alike(begun: Sequence[Selected | Outcome]) -> list[list[int]]:
    """Return the places of the edits to be painted, those with equal stages together."""
    groups: list[list[int]] = []
    for number, one in enumerate(begun):
        if not isinstance(one, Selected):
            continue
        if group := next((group for group in groups if _like(begun[group[0]], one)), None):
            group.append(number)
        else:
            groups.append([number])
    return groups


def _like(one: Selected | Outcome, other: Selected) -> bool:
    if not isinstance(one, Selected):
        return False
    places = [each.job.spec.options.get("device") for each in (one, other)]
    return places[0] == places[1] and one.job.painting == other.job.painting
