"""Cuts a mask into parts that are small enough, and finds the context that each of them needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastseg_edit.ops import length

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.backends.exemplar.patches import IndexArray
    from fastseg_edit.ops.length import Length

_SPARSE = 0.12
_SMALL = 512


class Box(NamedTuple):
    """A rectangle of pixels; bottom and right lie outside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """The box as an index into an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, outer: Box) -> Box:
        """The same box, counted from the corner of a larger one."""
        return Box(
            self.top - outer.top,
            self.left - outer.left,
            self.bottom - outer.top,
            self.right - outer.left,
        )

    def grown(self, margin: int, shape: tuple[int, ...]) -> Box:
        """Add a margin on all sides, within an image of `shape`."""
        return Box(
            max(self.top - margin, 0),
            max(self.left - margin, 0),
            min(self.bottom + margin, shape[0]),
            min(self.right + margin, shape[1]),
        )


def parts(mask: MaskArray) -> list[Box]:
    """Cut a mask into boxes that are not nearly empty.

    Islands far apart and long thin lines have huge boxes; cut where least of the mask is crossed,
    the work grows with the mask instead of with the photo.

    Args:
        mask: (H, W) bool.

    Returns:
        Boxes without overlap that hold all of the mask.
    """
    found: list[Box] = []
    waiting = [Box(0, 0, *mask.shape)]
    while waiting:
        box = _tight(mask, waiting.pop())
        if box is None:
            continue
        cut = _cut(mask, box)
        if cut:
            waiting.extend(reversed(cut))
        else:
            found.append(box)
    return found


def margin_of(mask: MaskArray, context: Length) -> int:
    """How far round a part of a mask to look for something to copy.

    Args:
        mask: (H, W) bool, the part's box.
        context: In pixels, or relative to the part's longer side; to thrice its thickness if it
            is thin.
    """
    thickness = 3 * float(np.sqrt(np.count_nonzero(mask)))
    return int(length.pixels(context, min(max(mask.shape), thickness))) + 32


def _tight(mask: MaskArray, box: Box) -> Box | None:
    inner = mask[box.slices]
    rows = np.flatnonzero(inner.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(inner[rows[0] : rows[-1] + 1].any(axis=0))
    return Box(
        box.top + int(rows[0]),
        box.left + int(columns[0]),
        box.top + int(rows[-1]) + 1,
        box.left + int(columns[-1]) + 1,
    )


def _cut(mask: MaskArray, box: Box) -> tuple[Box, Box] | None:
    inner = mask[box.slices]
    height, width = inner.shape
    if max(height, width) <= _SMALL or np.count_nonzero(inner) > _SPARSE * inner.size:
        return None
    if height >= width:
        middle = box.top + _thinnest(inner.sum(axis=1, dtype=np.intp))
        return box._replace(bottom=middle), box._replace(top=middle)
    middle = box.left + _thinnest(inner.sum(axis=0, dtype=np.intp))
    return box._replace(right=middle), box._replace(left=middle)


def _thinnest(profile: IndexArray) -> int:
    """Find where a profile is least, near its middle if there is a choice."""
    quarter = len(profile) // 4
    inner = profile[quarter : len(profile) - quarter].astype(float)
    inner += np.abs(np.arange(len(inner)) - len(inner) / 2) / len(profile)
    return quarter + int(inner.argmin())
