"""How a photo lies in the square that a network sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.ops.grid import Grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """A photo in the top left corner of a square; what it does not cover is empty.

    Attributes:
        size: (height, width) of the photo.
        side: Pixels of the square.
        cells: Rows, and columns, of the network's masks over the whole square.
        covered: (height, width) in pixels of the square.
    """

    size: tuple[int, int]
    side: int
    cells: int
    covered: tuple[int, int]

    @classmethod
    def squeezed(cls, size: tuple[int, int], side: int, cells: int) -> Frame:
        """Fill the whole square, as SAM 2 and 3 do: a long photo becomes narrower."""
        return cls(size, side, cells, (side, side))

    @classmethod
    def padded(cls, size: tuple[int, int], side: int, cells: int) -> Frame:
        """Keep the proportions, as SAM 1 does: the longer side fills the square."""
        height, width = (max(1, int(each * side / max(size) + 0.5)) for each in size)
        return cls(size, side, cells, (height, width))

    def clicks(self, clicks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return clicks (..., 2) in pixels of the photo as the network counts them.

        The middle of a pixel stays in the middle: the network adds half a pixel by itself.
        """
        return ((clicks + 0.5) * self._scale - 0.5).astype(np.float32)

    def boxes(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return boxes (..., 4) in pixels of the photo in pixels of the square."""
        return (boxes * np.tile(self._scale, 2)).astype(np.float32)

    @property
    def reached(self) -> tuple[int, int]:
        """How many (rows, columns) of the masks the photo reaches into."""
        rows, columns = (-(-each * self.cells // self.side) for each in self.covered)
        return rows, columns

    @property
    def grid(self) -> Grid:
        """How the cells of the masks lie on the photo."""
        across, down = self._scale * self.cells / self.side
        return Grid(self.size, (float(across), float(down)))

    @property
    def _scale(self) -> NDArray[np.float64]:
        """Pixels of the square per pixel of the photo, (horizontal, vertical)."""
        sides: ArrayLike = self.covered[::-1]
        return np.asarray(sides, np.float64) / self.size[::-1]
