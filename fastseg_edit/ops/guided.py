"""The guided filter: smooths one picture along the edges of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENLARGING = 1e-4
"""Variance below which a window counts as flat, where a plane is enlarged: 2.5 levels."""


def guided_filter(
    guide: NDArray[Any], source: NDArray[np.float32], radius: int, epsilon: float, every: int = 1
) -> NDArray[np.float32]:
    """Smooth one picture along the edges of another one.

    In each window the result is a linear function of the guide's colour [1]. The functions can be
    found on a coarser grid and applied to the full guide [2], which costs less by `every` squared.

    Args:
        guide: (H, W) or (H, W, 3), uint8, or float32 in 0..1.
        source: (H, W) float32.
        radius: Pixels; a window is 2 * radius + 1 wide. Beyond the border the picture is mirrored.
        epsilon: Variance of the guide, for values in 0..1, below which a window counts as flat.
        every: Step in pixels of the grid on which the functions are found. 1 is exact.

    Returns:
        (H, W) float32.

    References:
        [1] He, Sun, Tang. Guided image filtering. TPAMI 2013. doi:10.1109/TPAMI.2012.213
        [2] He, Sun. Fast guided filter. 2015. arXiv:1505.00996
    """
    scale = np.float32(1 / 255 if guide.dtype == np.uint8 else 1)
    colours = np.atleast_3d(guide).astype(np.float32) * scale
    height, width = source.shape
    coarse = (max(1, round(width / every)), max(1, round(height / every)))
    small, target = _resize(colours, coarse), _resize(source, coarse)
    slopes, offset = _linear(small, target, max(1, round(radius / every)), epsilon)
    slopes, offset = _resize(slopes, (width, height)), _resize(offset, (width, height))
    result: NDArray[np.float32] = _dot(slopes, colours) + offset
    return result


def enlarged(
    guide: NDArray[np.uint8], small: NDArray[np.uint8], source: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Enlarge a plane along the edges of a larger picture.

    As the guided filter on a coarser grid, with what is to be filtered known on that grid only.

    Args:
        guide: (H, W, 3) uint8.
        small: (h, w, 3) uint8. The same, smaller.
        source: (h, w) float32.

    Returns:
        (H, W) float32.
    """
    size = (guide.shape[1], guide.shape[0])
    slopes, offset = _linear(small * np.float32(1 / 255), source, 1, ENLARGING)
    result = _resize(offset, size)
    for plane in range(3):  # one by one, for the sake of memory
        result += _resize(slopes[..., plane], size) * (guide[..., plane] * np.float32(1 / 255))
    return result


def _linear(
    guide: NDArray[np.float32], source: NDArray[np.float32], radius: int, epsilon: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the slopes (h, w, C) and the offset (h, w) of the averaged linear functions."""
    channels = guide.shape[2]
    mean_guide, mean_source = _mean(guide, radius), _mean(source, radius)
    pairs = guide[..., :, None] * guide[..., None, :]
    outer = mean_guide[..., :, None] * mean_guide[..., None, :]
    variance = _mean(pairs.reshape(*source.shape, -1), radius).reshape(outer.shape) - outer
    variance += np.float32(epsilon) * np.eye(channels, dtype=np.float32)
    shared = _mean(guide * source[..., None], radius) - mean_guide * mean_source[..., None]
    slopes = np.linalg.solve(variance, shared[..., None])[..., 0].astype(np.float32)
    offset: NDArray[np.float32] = mean_source - _dot(slopes, mean_guide)
    return _mean(slopes, radius), _mean(offset, radius)


def _dot(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.einsum("ijk,ijk->ij", one, other))


def _mean(picture: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    side = 2 * radius + 1
    blurred = cv2.blur(np.ascontiguousarray(picture), (side, side), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, np.float32).reshape(picture.shape)


def _resize(picture: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Resize to (width, height): averaged where it shrinks, linear where it grows."""
    if picture.shape[1::-1] == size:
        return picture
    how = cv2.INTER_AREA if size[0] < picture.shape[1] else cv2.INTER_LINEAR
    resized = cv2.resize(picture, size, interpolation=how)
    return np.asarray(resized, np.float32).reshape(size[1], size[0], *picture.shape[2:])
