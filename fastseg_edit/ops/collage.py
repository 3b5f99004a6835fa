"""Objects cut out of one picture and laid into another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray

FloatArray: TypeAlias = NDArray[np.float32]

_NOTHING = 0.002  # half a level of 255: an opacity below it shows nowhere
_ROOM = 2  # transparent pixels round a piece, so that its edge is resampled like any other


@dataclass(frozen=True, eq=False)
class Piece:
    """An object without its picture.

    Attributes:
        colours: (h, w, 3) uint8 RGB.
        alpha: (h, w) float32 in [0, 1].
        box: (left, top, right, bottom) in pixels of the piece: the object without its soft rim.
    """

    colours: ImageArray
    alpha: FloatArray
    box: tuple[float, float, float, float]

    @property
    def size(self) -> tuple[float, float]:
        """(height, width) of the object in pixels, without its soft rim."""
        left, top, right, bottom = self.box
        return bottom - top, right - left

    def mirrored(self) -> Piece:
        """Return the object with left and right swapped."""
        width = self.alpha.shape[1]
        left, top, right, bottom = self.box
        box = (width - right, top, width - left, bottom)
        return Piece(self.colours[:, ::-1], self.alpha[:, ::-1], box)

    def scaled(self, factor: float) -> Piece:
        """Return the object in another size.

        Colours count by how opaque their pixels are, so that what was hidden stays hidden: the
        filter runs on premultiplied colours. Areas are averaged where it shrinks, and cubic curves
        laid where it grows.

        Args:
            factor: Above 0. 1 returns the piece itself.
        """
        height, width = self.alpha.shape
        size = max(round(width * factor), 1), max(round(height * factor), 1)
        if size == (width, height):
            return self
        premultiplied = np.dstack([self.colours * self.alpha[..., None], self.alpha])
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        found = cv2.resize(premultiplied, size, interpolation=how)
        alpha = np.clip(found[..., 3], 0, 1)
        colours = np.clip(found[..., :3] / np.maximum(found[..., 3:], _NOTHING), 0, 255)
        across, down = size[0] / width, size[1] / height
        left, top, right, bottom = self.box
        box = (left * across, top * down, right * across, bottom * down)
        return Piece(np.rint(colours).astype(np.uint8), alpha.astype(np.float32), box)


def cut(colours: ImageArray, alpha: FloatArray, mask: MaskArray) -> Piece:
    """Cut an object out.

    Args:
        colours: (H, W, 3) uint8. Its own colours.
        alpha: (H, W) float32 in [0, 1].
        mask: (H, W) bool, not empty. Its box is taken for that of the object.
    """
    rows, columns = morphology.neighbourhood(mask | (alpha >= _NOTHING), 0)
    left, top, right, bottom = morphology.bounding_box(mask) or (0, 0, 0, 0)
    across, down = columns.start - _ROOM, rows.start - _ROOM
    box = (left - across, top - down, right - across, bottom - down)
    room = (_ROOM, _ROOM)
    return Piece(
        np.pad(colours[rows, columns], (room, room, (0, 0)), mode="edge"),
        np.pad(alpha[rows, columns], (room, room)),
        box,
    )


def laid(
    piece: Piece, size: tuple[int, int], centre: tuple[float, float]
) -> tuple[ImageArray, FloatArray]:
    """Lay a piece onto an empty canvas. What sticks out is cut off.

    Args:
        piece: The object.
        size: (height, width) of the canvas.
        centre: (x, y) where the middle of the object's box goes; rounded so that the piece's
            pixels fall on pixels.

    Returns:
        Colours (H, W, 3) uint8 and opacity (H, W) float32, 0 where the object shows nowhere.
    """
    left, top, right, bottom = piece.box
    across = round(centre[0] - (left + right) / 2)
    down = round(centre[1] - (top + bottom) / 2)
    colours = np.zeros((*size, 3), np.uint8)
    alpha = np.zeros(size, np.float32)
    height, width = piece.alpha.shape
    there = (
        slice(max(down, 0), max(min(down + height, size[0]), 0)),
        slice(max(across, 0), max(min(across + width, size[1]), 0)),
    )
    here = (
        slice(there[0].start - down, there[0].stop - down),
        slice(there[1].start - across, there[1].stop - across),
    )
    if there[0].start < there[0].stop and there[1].start < there[1].stop:
        colours[there], alpha[there] = piece.colours[here], piece.alpha[here]
        alpha[alpha < _NOTHING] = 0
    return colours, alpha
