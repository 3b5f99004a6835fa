"""Square patches of one level of the pyramid, and short descriptors that compare them fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray

FloatArray: TypeAlias = NDArray[np.float32]
"""Features, distances or weights."""

IndexArray: TypeAlias = NDArray[np.intp]
"""Flat indices of pixels. A patch goes by the index of its top left pixel."""

SIDE = 7
"""Side of a patch in pixels. 5 and 9 were worse on the benchmark."""

_SAMPLE = 1500
_CHUNK = 8192


@dataclass(frozen=True, eq=False)
class Level:
    """One level of the pyramid. The features under the hole are repainted in place.

    All patches lie inside the image, so a pixel at its edge is covered by fewer of them, and no
    content has to be made up beyond the edge.

    Attributes:
        features: (H, W, C) float32, C-contiguous.
        hole: (H, W) bool. True where the features are to be found.
        sources: (S,) patches that hold no pixel of the hole and none that must not be copied.
        targets: (T,) patches that hold a pixel of the hole.
    """

    features: FloatArray
    hole: MaskArray
    sources: IndexArray
    targets: IndexArray

    @property
    def width(self) -> int:
        """Pixels from one row to the next."""
        return int(self.hole.shape[1])

    @property
    def pixels(self) -> FloatArray:
        """(H * W, C) view of the features."""
        return self.features.reshape(-1, self.features.shape[2])

    @property
    def offsets(self) -> list[int]:
        """Distance from a patch's index to each of its pixels, row by row."""
        return [row * self.width + column for row in range(SIDE) for column in range(SIDE)]

    def patches(self, at: IndexArray) -> FloatArray:
        """Copy patches out, as rows of SIDE * SIDE * C numbers."""
        pixels = self.pixels
        channels = pixels.shape[1]
        step = pixels.itemsize * channels
        starts = len(pixels) - (SIDE - 1) * (self.width + 1)
        windows = np.lib.stride_tricks.as_strided(
            pixels,
            (starts, SIDE, SIDE * channels),
            (step, self.width * step, pixels.itemsize),
            writeable=False,
        )
        return windows[at].reshape(len(at), -1)


def level_of(features: FloatArray, hole: MaskArray, avoid: MaskArray) -> Level:
    """Sort the patches of an image into those to paint and those to copy from.

    Args:
        features: (H, W, C) float32, both sides at least SIDE.
        hole: (H, W) bool.
        avoid: (H, W) bool. True where nothing may be copied from.
    """
    inside = np.zeros(hole.shape, bool)
    inside[: 1 - SIDE, : 1 - SIDE] = True
    targets = inside & patches_touching(hole)
    sources = inside & ~patches_touching(hole | avoid)
    return Level(
        np.ascontiguousarray(features), hole, np.flatnonzero(sources), np.flatnonzero(targets)
    )


def patches_touching(mask: MaskArray) -> MaskArray:
    """Mark the top left pixel of every patch that holds a pixel of the mask."""
    square = np.ones((SIDE, SIDE), np.uint8)
    return cv2.dilate(mask.astype(np.uint8), square, anchor=(0, 0)).astype(bool)


@dataclass(frozen=True, eq=False)
class Descriptor:
    """Turns patches into short vectors whose squared distance is about that of the patches.

    The vectors are the principal components of the source patches [1], followed by the place of
    the patch, so that near patches are preferred over equally similar ones far away.

    Attributes:
        basis: (SIDE * SIDE * C, D) float32.
        pull: Weight of a pixel of distance between two patches.

    References:
        [1] Olonetsky, Avidan. TreeCANN: k-d tree coherence approximate nearest neighbor
            algorithm. ECCV 2012. doi:10.1007/978-3-642-33765-9_43
    """

    basis: FloatArray
    pull: float

    @classmethod
    def fitted(
        cls, level: Level, random: np.random.Generator, size: int = 20, locality: float = 4.0
    ) -> Descriptor:
        """Take the main directions of a sample of the source patches.

        Args:
            level: The level, with at least one source patch.
            random: Draws the sample.
            size: Number of components. 32 is no better.
            locality: Weight of the place. 0 forgets it.
        """
        count = min(_SAMPLE, len(level.sources))
        sample = level.patches(random.choice(level.sources, count, replace=False))
        sample -= sample.mean(axis=0)
        _, vectors = np.linalg.eigh(sample.T @ sample)
        spread = SIDE * np.sqrt(level.features.shape[2]) / max(level.hole.shape)
        return cls(np.ascontiguousarray(vectors[:, : -size - 1 : -1]), float(locality * spread))

    def __call__(self, level: Level, at: IndexArray) -> FloatArray:
        """Describe patches, (N, D + 2) float32."""
        size = self.basis.shape[1]
        described = np.empty((len(at), size + 2), np.float32)
        for start in range(0, len(at), _CHUNK):
            part = slice(start, start + _CHUNK)
            described[part, :size] = level.patches(at[part]) @ self.basis
        rows, columns = np.divmod(at, level.width)
        described[:, size] = rows * self.pull
        described[:, size + 1] = columns * self.pull
        return described
