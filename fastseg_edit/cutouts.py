"""One mask, kept as small as it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fastseg_edit.ops import grid, runs

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.ops.grid import Grid

PixelBox: TypeAlias = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels of the photo; right and bottom lie outside."""

_LATTICE = 256  # places along each side at which two masks are compared


class Cutout(ABC):
    """One mask of a photo.

    Attributes:
        box: A box that holds every pixel of the mask. All 0 for a mask without pixels.
        area: Number of pixels.
    """

    box: PixelBox
    area: int

    @abstractmethod
    def at(self, columns: ArrayLike, rows: ArrayLike) -> MaskArray:
        """Look the mask up on a lattice of pixels.

        Args:
            columns: (n,) x of pixels, anywhere.
            rows: (m,) y of pixels.

        Returns:
            (m, n) bool.
        """

    @property
    @abstractmethod
    def content(self) -> bytes:
        """A short digest: two masks with the same one are the same mask, kept the same way."""

    @staticmethod
    def of(mask: MaskArray, at: tuple[int, int] = (0, 0)) -> Stored:
        """Store a mask, or a part of one.

        Args:
            mask: (h, w) bool.
            at: (left, top) of `mask` in the photo.
        """
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if not rows.size:
            return Stored((0, 0, 0, 0), 0, np.zeros(0, np.uint32))
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        left, right = int(columns[0]), int(columns[-1]) + 1
        tight = mask[top:bottom, left:right]
        box = (left + at[0], top + at[1], right + at[0], bottom + at[1])
        return Stored(box, int(np.count_nonzero(tight)), runs.pack(tight.ravel()))

    def crop(self) -> MaskArray:
        """Return the mask inside its box, (bottom - top, right - left) bool."""
        left, top, right, bottom = self.box
        return self.at(np.arange(left, right), np.arange(top, bottom))

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a pixel belongs to the mask."""
        return bool(self.at([int(x)], [int(y)])[0, 0])

    def settled(self) -> Stored:
        """Return the mask as it is in pixels, in its tightest box."""
        return self.of(self.crop(), at=self.box[:2])

    def moved(self, right: int, down: int) -> Stored:
        """Return the mask in another place, such as that of a tile in its photo."""
        return self.of(self.crop(), at=(self.box[0] + right, self.box[1] + down))

    def paint(self, onto: MaskArray, value: bool = True) -> None:
        """Set the pixels of this mask in a mask of the photo's size, in place."""
        left, top, right, bottom = self.box
        onto[top:bottom, left:right][self.crop()] = value

    def overlap(self, other: Cutout) -> float:
        """Return the intersection over union with another mask, 0 to 1.

        Large masks are compared at every second, third... pixel.
        """
        if not _meet(self.box, other.box):
            return 0.0
        left, top, right, bottom = (
            pick(pair)
            for pick, pair in zip(
                (min, min, max, max), zip(self.box, other.box, strict=True), strict=True
            )
        )
        columns, rows = _lattice(left, right), _lattice(top, bottom)
        one, another = self.at(columns, rows), other.at(columns, rows)
        joined = np.count_nonzero(one | another)
        return float(np.count_nonzero(one & another) / joined) if joined else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Stored(Cutout):
    """A mask stored as the runs of equal pixels inside its own box.

    A run length costs 4 bytes, so a plain shape of 1000 rows takes about 8 kB. Where runs would
    take more than one bit a pixel (noise), the bits themselves are kept.
    """

    box: PixelBox
    area: int
    _stored: NDArray[Any] = field(repr=False)

    @property
    def content(self) -> bytes:
        """A short digest of box and runs."""
        return _digest(self.box, self._stored)

    def at(self, columns: ArrayLike, rows: ArrayLike) -> MaskArray:
        """Look the mask up on a lattice of pixels."""
        left, top, right, bottom = self.box
        x, y = np.asarray(columns, np.intp), np.asarray(rows, np.intp)
        inside_x, inside_y = (x >= left) & (x < right), (y >= top) & (y < bottom)
        found = np.zeros((y.size, x.size), bool)
        if inside_x.any() and inside_y.any():
            part = self.crop()[np.ix_(y[inside_y] - top, x[inside_x] - left)]
            found[np.ix_(inside_y, inside_x)] = part
        return found

    def crop(self) -> MaskArray:
        """Return the mask inside its box, (bottom - top, right - left) bool."""
        left, top, right, bottom = self.box
        shape = (bottom - top, right - left)
        return runs.unpack(self._stored, shape[0] * shape[1]).reshape(shape)

    def settled(self) -> Stored:
        """Return the mask itself."""
        return self


@dataclass(frozen=True, eq=False)
class Soft(Cutout):
    """A mask as a network gives it: soft, on a coarse grid. Its pixels are found when asked for.

    Lifting 300 masks to 12 megapixels costs more than the network that found them, and a prompt
    chooses one of them. Whatever can be answered from the grid is answered from there.

    Attributes:
        box: Where pixels can be; the mask may be up to a cell smaller.
        area: Number of pixels, reckoned from the number of cells.
        logits: (h, w) float log odds of the object: the part of the grid that reaches over the box.
        corner: (column, row) of that part in the grid.
        grid: How the grid lies on the photo.
    """

    box: PixelBox
    area: int
    logits: NDArray[np.floating] = field(repr=False)
    corner: tuple[int, int]
    grid: Grid

    @classmethod
    def on(
        cls, whole: Grid, logits: NDArray[np.floating], within: PixelBox | None = None
    ) -> Cutout:
        """Keep the part of a grid in which the object can be.

        Args:
            whole: How the grid lies on the photo.
            logits: (h, w) log odds in each cell of the grid.
            within: No pixel outside this box belongs to the object.
        """
        rows, columns = (np.flatnonzero((logits > 0).any(axis=axis)) for axis in (1, 0))
        if not rows.size:
            return _NOTHING
        left, top = max(0, int(columns[0]) - 1), max(0, int(rows[0]) - 1)
        part = logits[top : int(rows[-1]) + 2, left : int(columns[-1]) + 2]
        reach = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
        box = whole.box(reach)
        if within is not None:
            if not _meet(box, within):
                return _NOTHING
            box = _common(box, within)
        area = _reckoned(part, (left, top), whole, box)
        return cls(box, area, part.copy(), (left, top), whole)

    @property
    def content(self) -> bytes:
        """A short digest of box, place and logits."""
        return _digest((self.box, self.corner, self.grid), self.logits)

    def at(self, columns: ArrayLike, rows: ArrayLike) -> MaskArray:
        """Look the mask up on a lattice of pixels."""
        left, top, right, bottom = self.box
        x, y = np.asarray(columns, np.float64), np.asarray(rows, np.float64)
        places = [
            self.grid.cells(pixels, axis) - self.corner[axis] for axis, pixels in enumerate((x, y))
        ]
        found = grid.lift(self.logits.astype(np.float32, copy=False), *places)
        found &= ((x >= left) & (x < right)) & ((y >= top) & (y < bottom))[:, None]
        return found


_NOTHING = Cutout.of(np.zeros((1, 1), bool))


def _reckoned(
    part: NDArray[np.floating], corner: tuple[int, int], whole: Grid, box: PixelBox
) -> int:
    """Return the pixels of a mask, as many as the cells above zero whose middles lie in its box."""
    across, down = (
        whole.between(box[axis::2], corner[axis], part.shape[1 - axis], axis) for axis in (0, 1)
    )
    area = np.count_nonzero(part[down][:, across] > 0) / (whole.scale[0] * whole.scale[1])
    return max(1, min((box[2] - box[0]) * (box[3] - box[1]), round(area)))


def _digest(about: tuple[Any, ...], kept: NDArray[Any]) -> bytes:
    told = f"{about} {kept.dtype} {kept.shape}".encode()
    return blake2b(told + kept.tobytes(), digest_size=16).digest()


def _lattice(first: int, last: int) -> NDArray[np.intp]:
    """Return at most `_LATTICE` pixels, evenly spread from `first` up to `last`."""
    count = min(last - first, _LATTICE)
    return first + ((np.arange(count) + 0.5) * (last - first) / count).astype(np.intp)


def _meet(one: PixelBox, other: PixelBox) -> bool:
    left, top, right, bottom = _common(one, other)
    return left < right and top < bottom


def _common(one: PixelBox, other: PixelBox) -> PixelBox:
    left, top = max(one[0], other[0]), max(one[1], other[1])
    return left, top, min(one[2], other[2]), min(one[3], other[3])
