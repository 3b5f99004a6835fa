"""One edit at work: what it runs, on what, and what comes of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import assembly, catalogue, margins, models, photos, placing
from fastseg_edit.edit import Edit, required
from fastseg_edit.edited import Edited
from fastseg_edit.errors import FastsegError, NoObjectError, PromptError
from fastseg_edit.pipeline import Pipeline
from fastseg_edit.prompt import Mask
from fastseg_edit.records import Work
from fastseg_edit.sources import Opened, open_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.edited import State
    from fastseg_edit.photos import Photo
    from fastseg_edit.specs import EditSpec


@dataclass(frozen=True, eq=False)
class Job:
    """One edit, ready to run.

    Attributes:
        spec: What is asked for.
        opened: The photo.
        selecting: The stages up to the mask.
        painting: The stages that paint it; none for a selection or a dry run.
        edit: The value that goes through them.
    """

    spec: EditSpec
    opened: Opened
    selecting: Pipeline
    painting: Pipeline
    edit: Edit

    @classmethod
    def of(cls, spec: EditSpec) -> Job:
        """Build the stages and open the photo. No model is loaded yet.

        Raises:
            FastsegError: If either is not possible.
        """
        ready = spec.prompt is None or placing.is_ready(spec.prompt)
        return cls.running(spec, *assembly.build(spec.operation, spec.options, ready, spec.caption))

    @classmethod
    def running(cls, spec: EditSpec, selecting: Pipeline, painting: Pipeline) -> Job:
        """Open the photo for stages that are built already. Arguments as of the class."""
        options = spec.options
        opened = open_source(spec.photo, options)
        prompt, avoid = spec.prompt, _avoided(spec, opened.photo)
        if spec.operation == "outpaint":
            opened, prompt, avoid = _extended(opened, avoid, options)
        elif prompt is None:
            prompt = Mask(np.ones(opened.photo.size, bool))
        seed = options.get("seed", painting.seed)
        edit = Edit(opened.photo.rgb, prompt, spec.caption, avoid, seed)
        if options.get("profile") != "mini":
            for text in assembly.stand_ins([*selecting, *painting]):
                edit = edit.noted("W_DRAWN_ONLY", text)
        return cls(spec, opened, selecting, painting, edit)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let models run where the edit wants them to, and be downloaded if it allows that."""
        options = self.spec.options
        downloads = catalogue.downloads(options.get("allow_download", False))
        with models.on(options.get("device")), downloads:
            yield

    def work(self, selected: Edit, seeds: tuple[int, ...] = ()) -> Work:
        """Return what has to be known to paint again, from the edit as painting begins."""
        return Work(self.spec, Pipeline(self.selecting, self.painting), selected, seeds)

    def done(self, edit: Edit, work: Work) -> Edited:
        """Return the outcome of an edit that went through all stages."""
        state: State = "selected" if self.spec.options.get("dry_run") else "done"
        return self._outcome(_after(self.opened.photo, edit), edit, state, work)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds that it paints with, as many as variants are asked for."""
        first = self.edit.seed or 0
        return tuple(range(first, first + self.spec.options.get("variants", 1)))

    def variants(self, selected: Edit, seeds: tuple[int, ...]) -> Edited:
        """Paint once for each of several seeds, all together.

        Args:
            selected: The edit as painting begins.
            seeds: At least one.

        Returns:
            The outcome of the first seed; those of the others are its `variants`.

        Raises:
            FastsegError: If one of them fails.
        """
        seeded = [selected.evolve(seed=seed) for seed in seeds]
        outcomes = list(self.painting.many(seeded))
        if failed := next((one for one in outcomes if isinstance(one, FastsegError)), None):
            raise failed
        first, *others = (
            self.done(one, self.work(begun, seeds))
            for one, begun in zip(outcomes, seeded, strict=True)
            if isinstance(one, Edit)
        )
        return replace(first, variants=tuple(others))

    def nothing_found(self, error: NoObjectError) -> Edited:
        """Return the photo as it was, if that is asked for where nothing is found.

        Raises:
            NoObjectError: The error, if it is not.
        """
        if self.spec.options.get("on_empty", "error") != "copy":
            raise error
        return self.untouched(self.edit)

    def untouched(self, edit: Edit) -> Edited:
        """Return the photo as it was, as the outcome of an edit that is not to be painted."""
        photo = self.opened.photo
        nothing = edit.evolve(mask=np.zeros(photo.size, bool))
        if self.spec.operation == "segment" or self.spec.options.get("dry_run"):
            return self._outcome(_after(photo, nothing), nothing, "unchanged", self.work(nothing))
        left = nothing.evolve(result=nothing.image)
        return self._outcome(photo, left, "unchanged", self.work(nothing))

    def _outcome(self, after: Photo, edit: Edit, state: State, work: Work) -> Edited:
        photo, kind, path = self.opened
        return Edited(self.spec.operation, photo, after, edit, kind, state, path, works=(work,))


def _after(before: Photo, edit: Edit) -> Photo:
    mask = required(edit.mask, "mask")
    if edit.result is None:
        return photos.from_array(mask.astype(np.uint8) * 255)
    return photos.merge(before, edit.result, mask)


def _extended(
    opened: Opened, avoid: MaskArray | None, options: Mapping[str, Any]
) -> tuple[Opened, Mask, MaskArray | None]:
    """Return the photo on its canvas, what of that is new, and what there is to be avoided."""
    size = opened.photo.size
    grown = margins.settled(size, options)
    if options.get("align"):
        grown = photos.aligned(opened.photo, grown)
    canvas = opened._replace(photo=photos.extended(opened.photo, grown))
    return canvas, Mask(grown.added(size)), None if avoid is None else grown.padded(avoid)


def _avoided(spec: EditSpec, photo: Photo) -> MaskArray | None:
    avoid: MaskArray | None = spec.options.get("avoid")
    if avoid is not None and avoid.shape != photo.size:
        (height, width), (rows, columns) = photo.size, avoid.shape
        raise PromptError("E_MASK_SIZE", f"avoid is {columns}x{rows}, the photo {width}x{height}")
    return avoid
