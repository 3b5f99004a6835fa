"""Several edits at once: each selects for itself, and those with like stages paint together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastseg_edit import objects
from fastseg_edit.edit import required
from fastseg_edit.errors import Cancelled, FastsegError, NoObjectError, told
from fastseg_edit.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastseg_edit.candidates import Candidates
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
    return paint([select(spec) for spec in specs])


def select(spec: EditSpec) -> Selected | Outcome:
    """Open the photo and find what is to be painted, or say what came of that."""
    try:
        job = Job.of(spec)
        with job.at_work():
            try:
                return Selected(job, job.selecting(job.edit))
            except NoObjectError as error:
                return job.nothing_found(error)
    except Cancelled:
        raise
    except Exception as error:  # one of many must not stop the others
        return told(error)


def found(begun: Selected) -> Candidates:
    """Return the objects that are selected; together they are exactly the mask."""
    return objects.divide(begun.edit.chosen, required(begun.edit.mask, "mask"))


def paint(begun: Sequence[Selected | Outcome]) -> list[Outcome]:
    """Paint what is selected, edits of like stages together.

    Args:
        begun: What `select` returned for each edit. What is an outcome already stays as it is.

    Returns:
        For each the outcome, or why it failed.
    """
    outcomes: dict[int, Outcome] = {}
    for numbers in _alike(begun):
        jobs = [one for number in numbers if isinstance(one := begun[number], Selected)]
        outcomes |= zip(numbers, _each(jobs), strict=True)
    return [
        outcomes[number] if isinstance(one, Selected) else one for number, one in enumerate(begun)
    ]


def _each(group: Sequence[Selected]) -> list[Outcome]:
    """Paint edits of like stages; what fails for all of them is the outcome of each."""
    try:
        return _painted(group)
    except Cancelled:
        raise
    except Exception as error:  # other groups go on
        return [told(error)] * len(group)


def _painted(group: Sequence[Selected]) -> list[Outcome]:
    """Paint edits of like stages; one that fails spoils no other."""
    first = group[0].job
    with first.at_work():
        if len(first.seeds) > 1:
            return [_tried(partial(_varied, each)) for each in group]
        painted = list(first.painting.many((each.edit for each in group), size=len(group)))
    return [
        edit if isinstance(edit, FastsegError) else _tried(partial(_done, each, edit))
        for each, edit in zip(group, painted, strict=True)
    ]


def _done(begun: Selected, edit: Edit) -> Edited:
    return begun.job.done(edit, begun.job.work(begun.edit))


def _varied(begun: Selected) -> Edited:
    return begun.job.variants(begun.edit, begun.job.seeds)


def _tried(finish: Callable[[], Edited]) -> Outcome:
    try:
        return finish()
    except Cancelled:
        raise
    except Exception as error:  # one of many must not stop the others
        return told(error)


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
    if one.job.painting != other.job.painting:
        return False
    alike = ("device", "allow_download", "variants")
    ours, theirs = (each.job.spec.options for each in (one, other))
    return all(ours.get(name) == theirs.get(name) for name in alike)
