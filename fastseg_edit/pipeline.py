"""Stages in a row."""

from __future__ import annotations

from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, overload

from fastseg_edit.edit import Edit, Step
from fastseg_edit.errors import Cancelled, FastsegError, PipelineError, SpecError, told
from fastseg_edit.protocols import BatchStage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fastseg_edit.protocols import Stage


class Pipeline:
    """Stages that run in order, and a stage itself.

    Args:
        *stages: The stages, first to last. A pipeline among them stands for its own stages.

    Example:
        >>> remove = Pipeline(Segment(), Select(), Dilate("2%"), Inpaint(), Composite())
        >>> edit = remove(Edit(photo, prompt=Points.at(40, 30)))
        >>> preview = remove[:3](Edit(photo, prompt=Points.at(40, 30)))  # the mask only
    """

    def __init__(self, *stages: Stage) -> None:
        self.stages = tuple(
            inner
            for stage in stages
            for inner in (stage if isinstance(stage, Pipeline) else [stage])
        )

    @property
    def needs(self) -> tuple[str, ...]:
        """Fields that must be filled before the first stage runs."""
        needs: dict[str, None] = {}
        given: set[str] = set()
        for stage in self.stages:
            needs |= dict.fromkeys(field for field in stage.needs if field not in given)
            given.update(stage.gives)
        return tuple(needs)

    @property
    def gives(self) -> tuple[str, ...]:
        """Fields that some stage fills."""
        return tuple(dict.fromkeys(field for stage in self.stages for field in stage.gives))

    @property
    def seed(self) -> int:
        """The seed of the first stage that has one, for edits without one of their own."""
        return next((stage.seed for stage in self.stages if hasattr(stage, "seed")), 0)

    def __call__(self, edit: Edit, /, watch: Callable[[int, Stage], None] | None = None) -> Edit:
        """Run every stage on one edit.

        Args:
            edit: The photo and what is known of it.
            watch: Called before each stage with its number, from 1, and the stage; for progress.

        Raises:
            PipelineError: With E_PIPELINE, if a needed field is empty: no stage has run then. Also
                if a stage returns something else than an edit.
        """
        if missing := [field for field in self.needs if getattr(edit, field) is None]:
            raise PipelineError(
                "E_PIPELINE", f"the first stages need {', '.join(missing)}, which {edit!r} lacks"
            )
        for number, stage in enumerate(self.stages, 1):
            if watch:
                watch(number, stage)
            edit = self._run(number, stage, edit)
        return edit

    def map(self, edits: Iterable[Edit]) -> Iterator[Edit]:
        """Run on many edits, one after the other, as they are asked for."""
        return (self(edit) for edit in edits)

    def many(self, edits: Iterable[Edit], size: int = 8) -> Iterator[Edit | FastsegError]:
        """Run on many edits, several at a time, so that a network paints several at once.

        The results are those of one by one, up to the rounding of the networks.

        Args:
            edits: In any number; they are asked for as they are needed.
            size: How many to take at a time, at least 1: so many photos are in memory.

        Yields:
            For each edit, in order, the outcome, or why it failed. One that fails spoils no other.

        Raises:
            Cancelled: If whoever watches wants no more of it.
        """
        if size < 1:
            raise SpecError("E_SPEC", f"size must be at least 1, got {size}")
        waiting = iter(edits)
        while group := list(islice(waiting, size)):
            yield from self._together(group)

    def _together(self, edits: list[Edit]) -> list[Edit | FastsegError]:
        outcomes: list[Edit | FastsegError] = [*edits]
        for number, stage in enumerate(self.stages, 1):
            good = {n: one for n, one in enumerate(outcomes) if isinstance(one, Edit)}
            for place, outcome in zip(
                good, self._each(number, stage, [*good.values()]), strict=True
            ):
                outcomes[place] = outcome
        return outcomes

    def _each(self, number: int, stage: Stage, edits: list[Edit]) -> list[Edit | FastsegError]:
        """Run a stage on each edit, on all at once if it can and that goes well."""
        if not isinstance(stage, BatchStage):
            return [self._tried(number, stage, edit) for edit in edits]
        start = perf_counter()
        try:
            outcomes = stage.many(edits)
        except Cancelled:
            raise
        except Exception:  # whose it is shows one by one, and the others are good
            return [self._tried(number, stage, edit) for edit in edits]
        step = Step(repr(stage), (perf_counter() - start) / max(len(edits), 1))
        return [one.stepped(step) if isinstance(one, Edit) else one for one in outcomes]

    def _tried(self, number: int, stage: Stage, edit: Edit) -> Edit | FastsegError:
        try:
            return self._run(number, stage, edit)
        except Cancelled:
            raise
        except Exception as error:  # one of many must not stop the others
            return told(error)

    def _run(self, number: int, stage: Stage, edit: Edit) -> Edit:
        start = perf_counter()
        try:
            after = stage(edit)
        except Exception as error:
            error.add_note(f"in stage {number} of {len(self)}, {stage!r}, on {edit!r}")
            raise
        if not isinstance(after, Edit):
            kind = type(after).__name__
            where = f"stage {number} of {len(self)}, {stage!r}"
            raise PipelineError("E_PIPELINE", f"{where}, must return an Edit, got {kind}")
        return after.stepped(Step(repr(stage), perf_counter() - start))

    @overload
    def __getitem__(self, key: int) -> Stage: ...
    @overload
    def __getitem__(self, key: slice) -> Pipeline: ...
    def __getitem__(self, key: int | slice) -> Stage | Pipeline:
        if isinstance(key, slice):
            return Pipeline(*self.stages[key])
        return self.stages[key]

    def __iter__(self) -> Iterator[Stage]:
        return iter(self.stages)

    def __len__(self) -> int:
        return len(self.stages)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pipeline) and self.stages == other.stages

    def __hash__(self) -> int:
        return hash(repr(self.stages))

    def __repr__(self) -> str:
        return f"Pipeline({', '.join(map(repr, self.stages))})"
