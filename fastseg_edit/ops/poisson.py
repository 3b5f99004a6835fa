"""Poisson's and Laplace's equation in a hole of any shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray

FloatArray: TypeAlias = NDArray[np.float32]

_DAMPING = 0.8 / 4
_SMALLEST = 12
_VISITS = 2


def solve(right: FloatArray, hole: MaskArray, cycles: int = 4) -> FloatArray:
    """Solve 4 u - (sum of u's four neighbours) = right, with u = 0 outside the hole.

    At the edge of the image the missing neighbours count as equal to u, so nothing pulls there.
    W-cycles [1]: the error that is left after smoothing is smooth, so it is solved for on a grid
    of half the size, and so on. The time is proportional to the number of pixels.

    Args:
        right: (H, W) float32, 0 outside the hole.
        hole: (H, W) bool.
        cycles: Each divides the error by 2 or more; by 1.5 in a hole with nearly no rim.

    Returns:
        (H, W) float32, 0 outside the hole.

    References:
        [1] Briggs, Henson, McCormick. A multigrid tutorial, 2nd edition. SIAM 2000.
            doi:10.1137/1.9780898719505
    """
    solution = np.zeros_like(right)
    _cycle(solution, right, hole.astype(np.float32), cycles)
    return solution


def membrane(values: FloatArray, unknown: MaskArray, cycles: int = 12) -> FloatArray:
    """Fill a hole in a field of values with the smoothest surface that meets its rim.

    The surface solves Laplace's equation. At the edge of the image nothing pulls.

    Args:
        values: (H, W) float32. What is under the hole does not count.
        unknown: (H, W) bool, the hole. At least one pixel is known.
        cycles: As of `solve`.

    Returns:
        (H, W) float32, `values` outside the hole.
    """
    mean = values[~unknown].mean()
    level = np.where(unknown, np.float32(0), values - mean)
    pull = laplacian(level) * unknown
    surface: FloatArray = level + solve(pull, unknown, cycles) + mean
    return surface


def _cycle(solution: FloatArray, right: FloatArray, hole: FloatArray, visits: int) -> None:
    coarse_hole = _coarse_hole(hole)
    if max(hole.shape) <= _SMALLEST or not coarse_hole.any():
        _smooth(solution, right, hole, 40)
        return
    for _ in range(visits):
        residual = (right + laplacian(solution)) * hole
        coarse_right = _block_sums(residual) * coarse_hole
        error = np.zeros_like(coarse_right)
        _cycle(error, coarse_right, coarse_hole, _VISITS)
        solution += _stretched(error, hole.shape) * hole
        _smooth(solution, right, hole, 2)


def _smooth(solution: FloatArray, right: FloatArray, hole: FloatArray, sweeps: int) -> None:
    step = hole * _DAMPING
    for _ in range(sweeps):
        residual = laplacian(solution)
        residual += right
        residual *= step
        solution += residual


def laplacian(values: FloatArray) -> FloatArray:
    """Sum the differences to the four neighbours; beyond the image's edge there is none."""
    return np.asarray(
        cv2.Laplacian(values, cv2.CV_32F, ksize=1, borderType=cv2.BORDER_REPLICATE), np.float32
    )


def _even(values: FloatArray, border: int) -> FloatArray:
    height, width = values.shape
    padded = cv2.copyMakeBorder(values, 0, height % 2, 0, width % 2, border, value=0)
    return np.asarray(padded, np.float32)


def _block_sums(values: FloatArray) -> FloatArray:
    even = _even(values, cv2.BORDER_CONSTANT)
    half = (even.shape[1] // 2, even.shape[0] // 2)
    return np.asarray(cv2.resize(even, half, interpolation=cv2.INTER_AREA), np.float32) * 4


def _coarse_hole(hole: FloatArray) -> FloatArray:
    even = _even(hole, cv2.BORDER_REPLICATE)
    whole = np.minimum(even[::2], even[1::2])
    return np.minimum(whole[:, ::2], whole[:, 1::2])


def _stretched(values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    twice = (2 * values.shape[1], 2 * values.shape[0])
    stretched = cv2.resize(values, twice, interpolation=cv2.INTER_LINEAR)
    return np.asarray(stretched, np.float32)[: shape[0], : shape[1]]
