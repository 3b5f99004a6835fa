"""Several edits of one photo, in order."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastseg_edit import photos
from fastseg_edit.edit import Edit, required
from fastseg_edit.edited import Edited
from fastseg_edit.errors import FastsegError, NoObjectError, SpecError
from fastseg_edit.job import Job
from fastseg_edit.pipeline import Pipeline
from fastseg_edit.records import Work
from fastseg_edit.sources import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.edited import State
    from fastseg_edit.protocols import Stage
    from fastseg_edit.sources import Opened, Source
    from fastseg_edit.specs import EditSpec


class Begun(NamedTuple):
    """One of several edits, before it is painted.

    Attributes:
        job: What runs.
        edit: The edit with its mask. None where the object is to be looked for in what the edits
            before have left.
        rest: Stages that are still to look at the photo as those have left it.
    """

    job: Job
    edit: Edit | None
    rest: Pipeline = Pipeline()


def run(
    photo: Source,
    specs: Sequence[EditSpec],
    watch: Callable[[int, Stage], None] | None = None,
) -> Edited:
    """Run several edits on one photo; see `operations.steps`."""
    return paint(begin(photo, specs), watch)


def begin(photo: Source, specs: Sequence[EditSpec]) -> list[Begun]:
    """Find the masks of several edits on one photo, as far as that can be before one is painted.

    Raises:
        FastsegError: If an edit cannot be one of several, or finds nothing.
    """
    if not specs:
        raise SpecError("E_SPEC", "at least one step was wanted, got none")
    opened = open_source(photo, specs[0].options)
    begun = list[Begun]()
    for number, spec in enumerate(specs, 1):
        with _step(number):
            job = _job(spec, opened)
            begun.append(Begun(job, None) if spec.afterwards else _begun(job))
    return begun


def paint(
    begun: Sequence[tuple[Job, Edit | None] | Begun],
    watch: Callable[[int, Stage], None] | None = None,
) -> Edited:
    """Paint masks on one photo, one after the other.

    Args:
        begun: What runs, each with the edit as painting begins, as of `Begun`. At least one.
        watch: As for `operations.run`.
    """
    opened = begun[0][0].opened
    image, done, works = opened.photo.rgb, list[Edit](), list[Work]()
    for number, each in enumerate(begun, 1):
        with _step(number):
            selected = _selected(Begun(*each), image)
            works.append(each[0].work(selected))
            done.append(_paint(each[0], selected, watch))
        image = required(done[-1].result, "result")
    return replace(_together(opened, done), works=tuple(works))


def _begun(job: Job) -> Begun:
    """Find the mask in the photo as it was.

    What is kept beside it, as its rim or its layout, is what the edits before will have left.
    """
    stages = enumerate(job.selecting)
    kept = (place for place, stage in stages if {"matte", "layout"} & set(stage.gives))
    first = next(kept, len(job.selecting))
    return Begun(job, _select(job, job.selecting[:first]), job.selecting[first:])


def _selected(begun: Begun, image: ImageArray) -> Edit:
    """Return the edit as painting begins, on the photo as the edits before left it."""
    if begun.edit is None:
        job = replace(begun.job, edit=begun.job.edit.evolve(image=image))
        return _select(job, job.selecting)
    edit = begun.edit.evolve(image=image)
    if not required(edit.mask, "mask").any():
        return edit
    with begun.job.at_work():
        return begun.rest(edit)


def _job(spec: EditSpec, opened: Opened) -> Job:
    if spec.operation == "outpaint":
        message = "outpaint changes the size of the photo, which the other steps need as it is"
        raise SpecError("E_SPEC", message, "Run it by itself, before the steps or after them.")
    job = Job.of(replace(spec, photo=opened))
    if spec.options.get("variants", 1) > 1:
        raise SpecError("E_SPEC", "several steps have one result", "Leave variants out.")
    if not job.painting:
        raise SpecError("E_SPEC", f"{spec.operation} paints nothing here", "Leave it out.")
    return job


def _select(job: Job, stages: Pipeline) -> Edit:
    """Return the edit with its mask; with an empty one where nothing is found and that may be."""
    with job.at_work():
        try:
            return stages(job.edit)
        except NoObjectError as error:
            return job.nothing_found(error).edit


def _paint(job: Job, edit: Edit, watch: Callable[[int, Stage], None] | None) -> Edit:
    """Paint one mask on the photo as the edits before left it."""
    if not required(edit.mask, "mask").any():
        return edit.evolve(result=edit.image)
    with job.at_work():
        return job.painting(edit, watch)


def _together(opened: Opened, edits: list[Edit]) -> Edited:
    """Return the outcome of all edits as one."""
    photo, kind, path = opened
    mask = reduce(np.logical_or, [required(edit.mask, "mask") for edit in edits])
    notices = dict.fromkeys(notice for edit in edits for notice in edit.notices)
    edit = Edit(
        photo.rgb,
        mask=mask,
        result=edits[-1].result,
        notices=tuple(notices),
        history=tuple(step for edit in edits for step in edit.history),
    )
    after = photos.merge(photo, required(edit.result, "result"), mask)
    state: State = "done" if mask.any() else "unchanged"
    return Edited("steps", photo, after, edit, kind, state, path)


@contextmanager
def _step(number: int) -> Iterator[None]:
    """Say in an error of one edit which one it was."""
    try:
        yield
    except FastsegError as error:
        error.message = f"step {number}: {error.message}"
        raise
