"""From a mask to a better mask. Lengths are pixels or shares of the mask's longer side."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np

from fastseg_edit import objects
from fastseg_edit.cutouts import Cutout
from fastseg_edit.edit import Edit, required
from fastseg_edit.ops import contrast, edges, length, morphology, rim
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray

_CELLS = 1.5  # of a mask's grid by which its outline may be off
_SHARE = 0.12  # of an object's longer side by which its outline moves at most
_STRONGER = 1.2  # times that its edges have to be stronger: a mask that was right stays as it was
_SEEN = 8.0  # radii round an object that are looked at, so that a filter sees what it needs


class Refine(Checked):
    """A stage that looks at nothing but the mask."""

    needs: ClassVar = ("mask",)
    gives: ClassVar = ("mask",)

    @abstractmethod
    def refine(self, mask: MaskArray) -> MaskArray:
        """Return the better mask."""

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        return edit.evolve(mask=self.refine(required(edit.mask, "mask")))


class RefineEach(Refine):
    """A stage that looks at one object at a time, and at nothing outside its box.

    A small object beside a large one is no speck, and the gap between two is no hole.
    """

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        found = objects.divide(edit.chosen, required(edit.mask, "mask"))
        better = found.changed(
            [Cutout.of(self.refine(cutout.crop()), at=cutout.box[:2]) for cutout in found.cutouts]
        )
        return edit.evolve(chosen=better, mask=objects.joined(better))


def _pixels(relative: Length, mask: MaskArray, least: float = 0) -> float:
    return length.pixels(relative, morphology.longer_side(mask), least)


@dataclass(frozen=True)
class Dilate(Refine):
    """Grow the mask by a disk, so that it takes in the object's soft rim.

    Args:
        radius: How far.
        least: Pixels below which a relative radius never falls.
    """

    radius: Length = "1.5%"
    least: Annotated[float, Range(0)] = 4.0

    def refine(self, mask: MaskArray) -> MaskArray:
        """Return the larger mask."""
        return morphology.dilate(mask, _pixels(self.radius, mask, self.least))


@dataclass(frozen=True)
class Erode(Refine):
    """Shrink the mask by a disk.

    Args:
        radius: How far.
    """

    radius: Length = "1.5%"

    def refine(self, mask: MaskArray) -> MaskArray:
        """Return the smaller mask."""
        return morphology.erode(mask, _pixels(self.radius, mask))


@dataclass(frozen=True)
class FillHoles(RefineEach):
    """Take in small holes of each object.

    Args:
        side: Holes smaller than a square of this side are filled.
    """

    side: Length = "10%"

    def refine(self, mask: MaskArray) -> MaskArray:
        """Return the mask without small holes."""
        return morphology.fill_holes(mask, _pixels(self.side, mask))


@dataclass(frozen=True)
class DropSpecks(RefineEach):
    """Leave out small islands of each object. The largest one always stays.

    Args:
        side: Islands smaller than a square of this side are dropped.
    """

    side: Length = "3%"

    def refine(self, mask: MaskArray) -> MaskArray:
        """Return the mask without small islands."""
        return morphology.drop_specks(mask, _pixels(self.side, mask))


@dataclass(frozen=True)
class Smooth(Refine):
    """Even out a ragged outline.

    Args:
        radius: Bumps and dents smaller than this go.
    """

    radius: Length = "1%"

    def refine(self, mask: MaskArray) -> MaskArray:
        """Return the mask with a smooth outline."""
        return edges.smooth(mask, _pixels(self.radius, mask))


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


@dataclass(frozen=True)
class TakeInRim(Checked):
    """Grow the mask over the object's soft rim: defocus, motion, fur. Not where it is sharp.

    Args:
        reach: How far the rim may extend.
    """

    needs: ClassVar = ("image", "mask")
    gives: ClassVar = ("mask",)

    reach: Length = "8%"

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        mask = required(edit.mask, "mask")
        return edit.evolve(mask=rim.take_in(edit.image, mask, _pixels(self.reach, mask)))


@dataclass(frozen=True)
class Widen(Refine):
    """Free the outline, so that what is painted need not have the shape of what was there.

    Args:
        to: "hull" for the convex hull, "box" for the bounding box.
        margin: How much wider still.
    """

    to: Literal["hull", "box"] = "hull"
    margin: Length = "5%"

    def refine(self, mask: MaskArray) -> MaskArray:
        """Return the wider mask."""
        shape = morphology.hull(mask) if self.to == "hull" else morphology.box_of(mask)
        return morphology.dilate(shape, _pixels(self.margin, mask))


@dataclass(frozen=True)
class Invert(Refine):
    """Select the background instead of the objects. It is one object itself."""

    def refine(self, mask: MaskArray) -> MaskArray:
        """Return the opposite mask."""
        return ~mask

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        return super().__call__(edit).evolve(chosen=None)
