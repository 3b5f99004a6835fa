"""Where a mask lies, so that the cost of an edit follows the mask and not the photo."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.arrays import MaskArray

BAND = 256
"""Rows that are looked at together, an even number: so few stay in the processor's cache."""

Extent: TypeAlias = tuple[slice, slice]
"""Rows and columns."""


def extent(mask: MaskArray) -> Extent:
    """Return the smallest rectangle of whole pairs of rows and columns; empty for no mask.

    Its end may lie one pixel outside, which slicing forgives.
    """
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return slice(0, 0), slice(0, 0)
    first, last = (rows[0], columns[0]), (rows[-1], columns[-1])
    top, left = (int(place) // 2 * 2 for place in first)
    bottom, right = (int(place) // 2 * 2 + 2 for place in last)
    return slice(top, bottom), slice(left, right)


def bands(height: int) -> Iterator[slice]:
    """Yield the rows of a photo, some at a time; each but the last an even number."""
    for start in range(0, height, BAND):
        yield slice(start, min(start + BAND, height))
