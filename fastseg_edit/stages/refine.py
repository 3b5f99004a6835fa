"""From a mask to a better mask. Lengths are pixels or shares of the mask's longer side."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from fastseg_edit import objects
from fastseg_edit.cutouts import Cutout
from fastseg_edit.edit import Edit, required
from fastseg_edit.ops import edges, length, morphology, rim
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray


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
