"""What the user said about one object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.ops.morphology import bounding_box

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.backends.grabcut.view import Frame
    from fastseg_edit.prompt import Box, Points, Scribble

_DISC = 2.0  # pixels of the view round a click that go with it


@dataclass(frozen=True, slots=True, eq=False)
class Clues:
    """A box, clicks and strokes that all describe one object.

    Attributes:
        box: (left, top, right, bottom) in pixels of the photo, or None.
        on: (n, 2) pixels (x, y) of the photo on the object.
        off: (n, 2) pixels (x, y) beside it.
        strokes: Brush strokes (H, W) on and beside the object, or None.
        rough: A mask (H, W) that is about right, or None.
    """

    box: Box | None
    on: tuple[tuple[float, float], ...] = ()
    off: tuple[tuple[float, float], ...] = ()
    strokes: tuple[MaskArray, MaskArray] | None = None
    rough: MaskArray | None = None

    @classmethod
    def of_points(cls, points: Points, photo: tuple[int, int]) -> Clues:
        """Sort clicks by their labels, and move those beyond the photo (height, width) into it."""
        corner = photo[1] - 1, photo[0] - 1
        inside = [tuple(np.clip(xy, 0, corner).tolist()) for xy in points.xy]
        pairs = list(zip(inside, points.labels, strict=True))
        on = tuple(xy for xy, label in pairs if label)
        return cls(points.box, on, tuple(xy for xy, label in pairs if not label))

    @classmethod
    def of_scribble(cls, scribble: Scribble) -> Clues:
        """Take strokes as they are."""
        return cls(None, strokes=(scribble.on, scribble.off))

    @property
    def extent(self) -> Box:
        """Box of everything that lies on the object, in pixels of the photo."""
        if self.strokes:
            left, top, right, bottom = bounding_box(self.strokes[0]) or (0, 0, 1, 1)
            return left, top, right, bottom
        columns, rows = zip(*self.on, strict=True)
        return min(columns), min(rows), max(columns) + 1, max(rows) + 1

    def seen(self, frame: Frame) -> tuple[MaskArray, MaskArray]:
        """Return the pixels of a view that are known to be on and beside the object."""
        if self.strokes:
            on, off = (frame.cover(stroke) for stroke in self.strokes)
            return on, off & ~on
        radius = min(_DISC, _gap(self.on, self.off) * min(frame.zoom) / 2)
        return _discs(frame, self.on, radius), _discs(frame, self.off, radius)

    def obeyed(self, mask: MaskArray, frame: Frame) -> MaskArray:
        """Set what is known in a mask of the photo's pixels inside a frame's box."""
        left, top, right, bottom = frame.box
        mask = mask.copy()
        if self.strokes:
            on, off = (stroke[top:bottom, left:right] for stroke in self.strokes)
            return (mask & ~off) | on
        for clicks, value in ((self.off, False), (self.on, True)):
            for x, y in clicks:
                if left <= x < right and top <= y < bottom:
                    mask[int(y) - top, int(x) - left] = value
        return mask


def _gap(on: tuple[tuple[float, float], ...], off: tuple[tuple[float, float], ...]) -> float:
    """Return the smallest distance between clicks that say opposite things, in pixels."""
    if not (on and off):
        return np.inf
    apart = np.subtract(np.array(on)[:, None], np.array(off)[None])
    return float(np.hypot(*np.moveaxis(apart, -1, 0)).min())


def _discs(frame: Frame, clicks: tuple[tuple[float, float], ...], radius: float) -> MaskArray:
    canvas = np.zeros(frame.size, np.uint8)
    for x, y in clicks:
        column, row, *_ = frame.into((x + 0.5, y + 0.5, 0, 0))
        if 0 <= column < frame.size[1] and 0 <= row < frame.size[0]:
            cv2.circle(canvas, (int(column), int(row)), int(radius), 1, -1)
    return canvas.astype(bool)
