"""From a coarse outline to one that runs along the edges of the photo."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from fastseg_edit import objects
from fastseg_edit.cutouts import Cutout
from fastseg_edit.edit import Edit, required
from fastseg_edit.ops import contrast, edges, length
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray

_CELLS = 1.5  # of a mask's grid by which its outline may be off
_SHARE = 0.12  # of an object's longer side by which its outline moves at most
_STRONGER = 1.2  # times that its edges have to be stronger: a mask that was right stays as it was
_SEEN = 8.0  # radii round an object that are looked at, so that a filter sees what it needs


@dataclass(frozen=True)
class SnapToEdges(Checked):
    """Move the outline of each object to edges of the photo near by.

    Networks make masks on a coarse grid. An outline moves only if it runs along edges then that
    are a fifth stronger: one that was right stays as it is, and so does that of an object that
    hardly stands out from what is behind it.

    Args:
        radius: How far the outline may move; a share is one of the object's longer side. "auto"
            for one and a half cells of the grid that the mask comes from, and not at all where it
            comes from none: a ready mask, or one that was found in pixels.
        how: "guided" follows edges and keeps a good mask good. "colour" compares the colours
            inside and outside: better for masks known to be poor, worse for good ones.
    """

    needs: ClassVar = ("image", "mask")
    gives: ClassVar = ("mask",)

    radius: Length | Literal["auto"] = "auto"
    how: Literal["guided", "colour"] = "guided"

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        found = objects.divide(edit.chosen, required(edit.mask, "mask"))
        snapped = found.changed(
            [self._snapped(edit.image, cutout, found.cell) for cutout in found.cutouts]
        )
        return edit.evolve(chosen=snapped, mask=objects.joined(snapped))

    def _snapped(self, image: ImageArray, cutout: Cutout, cell: float) -> Cutout:
        radius = self._pixels(cutout, cell)
        if radius < 1:
            return cutout
        left, top, right, bottom = cutout.box
        room = ceil(_SEEN * radius)
        corner = max(0, left - room), max(0, top - room)
        part = image[corner[1] : bottom + room, corner[0] : right + room]
        mask = cutout.at(np.arange(part.shape[1]) + corner[0], np.arange(part.shape[0]) + corner[1])
        snapped, strength = edges.snap(part, mask, radius, self.how), contrast.edges(part)
        before = contrast.along(strength, mask)
        better = contrast.along(strength, snapped) > _STRONGER * before
        return Cutout.of(snapped, at=corner) if better else cutout

    def _pixels(self, cutout: Cutout, cell: float) -> float:
        left, top, right, bottom = cutout.box
        longer = max(right - left, bottom - top)
        if self.radius != "auto":
            return length.pixels(self.radius, longer, least=2)
        return min(_CELLS * cell, _SHARE * longer) if cell > 1 else 0.0
