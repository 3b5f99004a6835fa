"""The matting Laplacian on a few pixels of a photo, and linear systems solved with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.arrays import ImageArray, MaskArray

FloatArray: TypeAlias = NDArray[np.float32]
IntArray: TypeAlias = NDArray[np.int32]

EPSILON = 1e-6
"""Variance of colours in 0..1 below which a window counts as flat."""

_WINDOWS = 1 << 15  # windows looked at together, so that memory stays small
_MOST = 200  # steps of the solver
_ENOUGH = 1e-3  # of the first residual is left when it stops
_SHIFTS = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
_PLACES = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]


@dataclass(frozen=True, eq=False)
class Laplacian:
    """The rows of the matting Laplacian that belong to some pixels.

    In a window of 3 x 3 pixels the opacity is taken for a linear function of the colour. What is
    left of any such function is a quadratic form in the opacities, and a sparse matrix [1].

    Attributes:
        inside: (H, W) bool. The pixels whose rows are here, N of them, in reading order.
        near: (M,) Where the pixels are that those rows know of, in the flattened photo. In
            reading order; all vectors of M numbers below are in this order, too.
        own: (N,) Which of the M are the N.
        others: (24, N) Which of the M are the neighbours of each pixel up to 2 pixels away.
        weights: (24, N) How strongly each of them is tied to it.

    References:
        [1] Levin, Lischinski, Weiss. A closed-form solution to natural image matting. TPAMI 2008.
            doi:10.1109/TPAMI.2007.1177
    """

    inside: MaskArray
    near: NDArray[np.int64]
    own: IntArray
    others: IntArray
    weights: FloatArray

    @classmethod
    def of(cls, image: ImageArray, inside: MaskArray) -> Laplacian:
        """Build the rows of some pixels.

        Args:
            image: (H, W, 3) uint8. Windows that stick out of it are left out.
            inside: (H, W) bool, at least one True.
        """
        near = _grown(inside, 2)
        places = np.full(inside.shape, -1, np.int32)
        places[near] = np.arange(np.count_nonzero(near), dtype=np.int32)
        own = places[inside]
        weights = _weights(image, inside)
        return cls(inside, np.flatnonzero(near), own, _others(places, inside), weights)

    @cached_property
    def diagonal(self) -> FloatArray:
        """(N,) float32. The rows add up to 0."""
        return np.asarray(self.weights.sum(axis=0), np.float32)

    def beside(self, values: FloatArray) -> FloatArray:
        """Return for each of the N the weighted sum of its neighbours among M values."""
        total = np.zeros(len(self.own), np.float32)
        part = np.empty_like(total)
        for weights, others in zip(self.weights, self.others, strict=True):
            np.take(values, others, out=part, mode="clip")
            part *= weights
            total += part
        return total

    def solve(self, known: FloatArray, wanted: FloatArray, trust: FloatArray) -> FloatArray:
        """Return the opacities that suit the photo and stay near what is wanted.

        The system is solved by conjugate gradients [1], with its diagonal as preconditioner.

        Args:
            known: (M,) The opacity of the pixels whose rows are not here. The others' play no part.
            wanted: (N,) What each opacity should be.
            trust: (N,) How much that counts, above 0.

        Returns:
            (N,) float32, not clipped.

        References:
            [1] Hestenes, Stiefel. Methods of conjugate gradients for solving linear systems. 1952.
                doi:10.6028/jres.049.044
        """
        full = known.astype(np.float32)
        full[self.own] = 0
        target = self.beside(full) + trust * wanted
        diagonal = self.diagonal + trust
        full[:] = 0

        def apply(values: FloatArray) -> FloatArray:
            full[self.own] = values
            return diagonal * values - self.beside(full)

        solution = wanted.astype(np.float32)
        residual = target - apply(solution)
        scaled = residual / diagonal
        step, size = scaled, float(residual @ scaled)
        enough = _ENOUGH**2 * float(target @ (target / diagonal))
        for _ in range(_MOST):
            if size <= enough:
                break
            moved = apply(step)
            far = size / float(step @ moved)
            solution += far * step
            residual -= far * moved
            scaled = residual / diagonal
            before, size = size, float(residual @ scaled)
            step = scaled + (size / before) * step
        return solution


def _weights(image: ImageArray, inside: MaskArray) -> FloatArray:
    """Return how strongly each pixel is tied to each of its neighbours, (24, N) float32."""
    count = int(np.count_nonzero(inside))
    rows = np.full(inside.shape, count, np.int32)  # what belongs to no row goes to one beyond
    rows[inside] = np.arange(count, dtype=np.int32)
    ties = np.zeros((25, count + 1), np.float32)
    for windows, alike in _alikeness(image, inside):
        places = rows.ravel()[windows]
        for one, (down, right) in enumerate(_PLACES):
            for other, (below, beside) in enumerate(_PLACES):
                shift = _SHIFTS.index((below - down, beside - right))
                ties[shift, places[:, one]] += alike[:, one, other]
    return np.delete(ties, _SHIFTS.index((0, 0)), axis=0)[:, :count]


def _alikeness(
    image: ImageArray, inside: MaskArray
) -> Iterator[tuple[NDArray[np.int64], FloatArray]]:
    """Yield windows as (K, 9) places in the photo, and (K, 9, 9) how their pixels belong together.

    By equation 12 of the paper, without its minus sign.
    """
    centres = _grown(inside, 1)
    centres[[0, -1]] = centres[:, [0, -1]] = False
    width = inside.shape[1]
    shifts = np.array([down * width + right for down, right in _PLACES])
    colours = image.reshape(-1, 3)
    flat = EPSILON / 9 * np.eye(3, dtype=np.float32)
    every = np.flatnonzero(centres)
    for first in range(0, len(every), _WINDOWS):
        windows = every[first : first + _WINDOWS, None] + shifts
        seen = colours[windows].astype(np.float32) / 255
        seen -= seen.mean(axis=1, keepdims=True)
        turned = seen.transpose(0, 2, 1)
        inverse = np.linalg.inv(turned @ seen / 9 + flat)
        yield windows, (1 + seen @ inverse @ turned) / 9


def _others(places: IntArray, inside: MaskArray) -> IntArray:
    """Return the places of each pixel's neighbours, (24, N). Beyond the border: any, untied."""
    rows, columns = np.nonzero(inside)
    height, width = inside.shape
    found = [
        places[np.clip(rows + down, 0, height - 1), np.clip(columns + right, 0, width - 1)]
        for down, right in _SHIFTS
        if (down, right) != (0, 0)
    ]
    return np.stack(found)


def _grown(mask: MaskArray, pixels: int) -> MaskArray:
    square = np.ones((2 * pixels + 1, 2 * pixels + 1), np.uint8)
    return cv2.dilate(mask.astype(np.uint8), square).astype(bool)
