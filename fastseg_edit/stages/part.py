"""A part of a photo that a segmenter looks at by itself, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import Cutout, PixelBox
    from fastseg_edit.prompt import Box


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of a photo.

    Attributes:
        box: (left, top, right, bottom) in pixels of the photo.
        photo: (height, width) of the photo.
    """

    box: PixelBox
    photo: tuple[int, int]

    @classmethod
    def around(cls, box: Box, side: float, photo: tuple[int, int]) -> Part:
        """Return a square with a box in its middle, moved into the photo where it sticks out.

        Args:
            box: (left, top, right, bottom) in pixels.
            side: Pixels of the square. What is longer than the photo is cut to it.
            photo: (height, width) of the photo.
        """
        edges = []
        for axis, most in ((0, photo[1]), (1, photo[0])):
            length = min(round(side), most)
            first = floor((box[axis] + box[axis + 2] - length) / 2)
            first = min(max(0, first), most - length)
            edges.append((first, first + length))
        (left, right), (top, bottom) = edges
        return cls((left, top, right, bottom), photo)

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        left, top, right, bottom = self.box
        return bottom - top, right - left

    def cut(self, image: ImageArray) -> ImageArray:
        """Return the part of the photo."""
        left, top, right, bottom = self.box
        return image[top:bottom, left:right]

    def cut_mask(self, mask: MaskArray) -> MaskArray:
        """Return the part of a mask of the photo."""
        left, top, right, bottom = self.box
        return mask[top:bottom, left:right]

    def back(self, found: Candidates) -> Candidates:
        """Return what was found in the part as candidates of the photo."""
        left, top, *_ = self.box
        moved = tuple(cutout.moved(left, top) for cutout in found.cutouts)
        return replace(found, size=self.photo, cutouts=moved)

    def cuts(self, cutout: Cutout, cell: float = 1.0) -> bool:
        """Tell whether a mask of the photo ends at a border of the part that lies in the photo.

        What is found there may go on beyond it.

        Args:
            cutout: A mask that was found in the part.
            cell: Pixels by which its outline may be off.
        """
        near = max(1.0, cell / 2)
        height, width = self.photo
        least = (0, 0, width, height)
        return any(
            abs(mine - edge) < near and edge != border
            for mine, edge, border in zip(cutout.box, self.box, least, strict=True)
        )
