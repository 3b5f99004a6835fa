"""Masks of several prompts put together, object by object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from fastseg_edit.cutouts import Cutout

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.candidates import Candidates


REMNANT = 0.05
"""Share of an object's pixels up to which what is left of it is a rim, and not an object."""


def join(
    operation: Literal["union", "intersect", "subtract"],
    left: Candidates,
    right: Candidates,
    remnant: float = 0.0,
) -> Candidates:
    """Put the candidates of two prompts together.

    Args:
        operation: "union" for the objects of both, each still an object of its own; "intersect"
            for what of each object on the left lies on the best masks on the right, and
            "subtract" for what does not.
        left: The first prompt's.
        right: The second one's.
        remnant: Share of a mask, 0 to 1, up to which what is left of it counts as nothing. Two
            models seldom draw the outline of one object alike.

    Returns:
        Scores, groups and labels are those that the masks had. A mask of which nothing is left
        is dropped.
    """
    if operation == "union":
        return left.beside(right)
    other = right.union(right.best())
    keep = other if operation == "intersect" else ~other
    cut = [_cut(cutout, keep) for cutout in left.cutouts]
    kept = [
        number
        for number, (before, after) in enumerate(zip(left.cutouts, cut, strict=True))
        if after.area > remnant * before.area
    ]
    return left.changed(cut).take(kept)


def _cut(cutout: Cutout, keep: MaskArray) -> Cutout:
    left, top, right, bottom = cutout.box
    return Cutout.of(np.asarray(cutout.crop() & keep[top:bottom, left:right]), at=(left, top))
