"""Painting the mask of one photo, and of many photos side by side.

What is to be painted is a row of holes, each of which may depend on what was painted before. So a
painting is a generator: it yields a hole, and is sent the patch. One inpainter then serves many
paintings at once, and none of them knows of the others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from fastseg_edit import running
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import Cancelled, FastsegError, ModelError
from fastseg_edit.ops import plan, tone
from fastseg_edit.ops.sides import sides
from fastseg_edit.protocols import BatchInpainter, Hole

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.errors import Notice
    from fastseg_edit.ops.plan import Geometry
    from fastseg_edit.ops.sides import Side
    from fastseg_edit.ops.tone import Match
    from fastseg_edit.ops.window import Window
    from fastseg_edit.protocols import Inpainter
    from fastseg_edit.running import Remark

Painting: TypeAlias = "Generator[Hole, ImageArray, ImageArray]"
"""Yields holes, is sent patches of their size, and returns the photo, repainted."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is to be painted in one photo.

    Attributes:
        edit: Photo, mask and caption.
        geometry: How windows are laid out.
        seed: Seed of everything random.
        against: Words for what must not come back.
        tone: How the tone of a patch is brought to that of the photo round it.
        detail: Strength with which a window that was scaled down gets its detail back. None to
            leave it as it was scaled up.
        outward: True to paint a frame round what is kept side by side, and not as one hole.
    """

    edit: Edit
    geometry: Geometry
    seed: int
    against: str = ""
    tone: Match = "membrane"
    detail: float | None = None
    outward: bool = False

    def painting(self) -> Painting:
        """Paint window by window, each with what was painted before in sight.

        Yields:
            What is to be painted next.

        Returns:
            (H, W, 3) uint8. Outside the mask the photo itself.

        Raises:
            ModelError: With E_MODEL_OUTPUT, if a patch is not a picture of the hole's size.
        """
        mask = required(self.edit.mask, "mask")
        result = self.edit.image.copy()
        if self.outward and (frame := sides(mask)):
            for side in frame:
                yield from self._beside(side, result)
            return result
        for window in plan.windows(mask, self.geometry):
            yield from self._painted(window, result, mask, None)
            if self.detail and window.inner != window.size:
                yield from self._detailed(window, result, mask)
        return result

    def _beside(self, side: Side, result: ImageArray) -> Painting:
        """Paint one side, with nothing in sight that is still to be painted."""
        cut = {
            name: array[side.seen]
            for name in ("avoid", "layout")
            if (array := getattr(self.edit, name)) is not None
        }
        edit = Edit(result[side.seen], None, self.edit.caption, mask=side.new, **cut)
        result[side.seen] = yield from replace(self, edit=edit, outward=False).painting()
        return result

    def _detailed(self, coarse: Window, result: ImageArray, mask: MaskArray) -> Painting:
        """Paint what was painted coarsely again, at twice the scale, until it has the photo's.

        Windows of the model's own size see a part each, with the draft in it. What another one has
        detailed already is known to the next, so that no seam is left between them.
        """
        for level in plan.details(mask, coarse, self.geometry):
            draft = mask.copy()
            for window in level:
                yield from self._painted(window, result, draft, self.detail)
                left, top, right, bottom = window.owned
                draft[top:bottom, left:right] = False
        return result

    def _painted(
        self, window: Window, result: ImageArray, mask: MaskArray, strength: float | None
    ) -> Painting:
        hole = self._hole(window, result, mask, strength)
        patch = yield hole
        _check(patch, window)
        window.paste(tone.matched(patch, hole.image, hole.mask, self.tone), result, mask)
        return result

    def _hole(
        self, window: Window, image: ImageArray, mask: MaskArray, strength: float | None
    ) -> Hole:
        edit = self.edit
        return Hole(
            window.cut(image),
            window.cut_mask(mask).copy(),  # a draft's mask shrinks as it is detailed
            edit.caption.strip(),
            self.seed if strength is None else _elsewhere(self.seed, window),
            None if edit.avoid is None else window.cut_mask(edit.avoid),
            self.against,
            strength,
            None if edit.layout is None else window.cut_layout(edit.layout),
        )


def _elsewhere(seed: int, window: Window) -> int:
    """Return a seed for one window of many: with one for all, their noise is seen as a pattern."""
    place = f"{window.left}, {window.top} of {window.size}"
    return Random(f"{seed} at {place}").getrandbits(63)


class Painted(NamedTuple):
    """What came of a task.

    Attributes:
        result: (H, W, 3) uint8, the photo, repainted; or why it failed.
        notices: What the model had to say of it.
    """

    result: ImageArray | FastsegError
    notices: tuple[Notice, ...]


def paint(inpainter: Inpainter, tasks: Sequence[Task]) -> list[Painted]:
    """Carry out tasks side by side: the windows of one size go through the inpainter together.

    Args:
        inpainter: Paints the holes, all of one shape at once if it can.
        tasks: What is to be painted.

    Returns:
        For each task what came of it. One that fails spoils no other.
    """
    rows = [_Row(task.painting()) for task in tasks]
    while waiting := [row for row in rows if row.hole is not None]:
        for group in _alike(waiting):
            holes = [row.hole for row in group if row.hole is not None]
            with running.remarked() as remarks:
                painted = patches(inpainter, holes)
            for row, patch in zip(group, painted, strict=True):
                row.hear(remarks)
                row.advance(patch)
    return [Painted(row.result, tuple(row.notices)) for row in rows if row.result is not None]


class _Row:
    """A painting, and how far it is: either it has a hole to be painted next, or a result."""

    def __init__(self, painting: Painting) -> None:
        self.painting = painting
        self.hole: Hole | None = None
        self.result: ImageArray | FastsegError | None = None
        self.notices: dict[Notice, None] = {}
        self.advance(None)

    def hear(self, remarks: Sequence[Remark]) -> None:
        """Keep what was said of the hole that is waiting, or of all."""
        self.notices |= dict.fromkeys(one.notice for one in remarks if one.concerns(self.hole))

    def advance(self, patch: ImageArray | FastsegError | None) -> None:
        """Go on with what was painted; None to start."""
        self.hole = None
        if isinstance(patch, FastsegError):
            self.result = patch
            return
        try:
            self.hole = self.painting.send(patch)  # type: ignore[arg-type]  # None starts it
        except StopIteration as end:
            self.result = end.value
        except FastsegError as error:
            self.result = error


def patches(inpainter: Inpainter, holes: Sequence[Hole]) -> list[ImageArray | FastsegError]:
    """Paint holes of one shape, at once if the inpainter can."""
    if len(holes) > 1 and isinstance(inpainter, BatchInpainter):
        return inpainter.inpaint_many(holes)
    painted: list[ImageArray | FastsegError] = []
    for hole in holes:
        try:
            painted.append(inpainter.inpaint(hole))
        except Cancelled:
            raise  # it is not about this hole
        except FastsegError as error:
            painted.append(error)
    return painted


def _alike(rows: list[_Row]) -> list[list[_Row]]:
    """Return the rows, those with holes of one shape together."""
    groups = defaultdict(list)
    for row in rows:
        if row.hole is not None:
            groups[row.hole.mask.shape].append(row)
    return list(groups.values())


def _check(patch: ImageArray, window: Window) -> None:
    if patch.shape != (*window.outer, 3) or patch.dtype != np.uint8:
        raise ModelError(
            "E_MODEL_OUTPUT",
            f"the inpainter should return {(*window.outer, 3)} uint8, "
            f"got {patch.shape} {patch.dtype.name}",
        )
