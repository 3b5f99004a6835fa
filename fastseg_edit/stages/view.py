"""A photo as a segmenter sees it, and how alike objects are in its eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import models
from fastseg_edit.ops import morphology
from fastseg_edit.ops.likeness import covered, likeness
from fastseg_edit.protocols import NOT_SEEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.cutouts import Cutout
    from fastseg_edit.protocols import Describer

    Vectors = NDArray[np.float32]

_FINER = 4  # places along each side of a cell at which a mask is looked up


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A photo as the segmenter sees it.

    Attributes:
        size: (height, width) of the photo.
        encoding: What the segmenter made of it.
        seen: (h, w, D) vectors of length 1 over the whole photo.
        alike: Likeness from which on two objects are of one kind.
    """

    size: tuple[int, int]
    encoding: Any
    seen: Vectors
    alike: float

    @classmethod
    def of(cls, segmenter: Describer, image: ImageArray) -> View:
        """Look at a photo, unless that was done before."""
        encoding = models.encode(segmenter, image)
        features = segmenter.features(encoding)
        return cls((image.shape[0], image.shape[1]), encoding, features.grid, features.alike)

    def vectors(self, cutout: Cutout) -> Vectors:
        """Return what was seen in the cells of a mask, (n, D)."""
        return covered(self.seen, self._share(cutout))

    def likeness(self, cutout: Cutout, shown: Sequence[Vectors]) -> float:
        """Return how alike a mask is to that of several objects to which it is most alike."""
        vectors = self.vectors(cutout)
        return max(likeness(vectors, each) for each in shown) if len(vectors) else NOT_SEEN

    def middle(self, cutout: Cutout) -> tuple[float, float]:
        """Return the place (x, y) in a mask that is farthest from its outline."""
        left, top = cutout.box[:2]
        deep = morphology.depth(np.pad(cutout.crop(), 1))[1:-1, 1:-1]
        row, column = np.unravel_index(deep.argmax(), deep.shape)
        return float(left + column), float(top + row)

    def _share(self, cutout: Cutout) -> NDArray[np.float32]:
        """Return how much of each cell a mask covers, (h, w)."""
        rows, columns = self.seen.shape[:2]
        places = [
            ((np.arange(cells * _FINER) + 0.5) * side / (cells * _FINER)).astype(np.intp)
            for cells, side in zip((rows, columns), self.size, strict=True)
        ]
        found = cutout.at(places[1], places[0]).astype(np.float32)
        share: NDArray[np.float32] = found.reshape(rows, _FINER, columns, _FINER).mean(axis=(1, 3))
        return share
