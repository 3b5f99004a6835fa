"""Which share of a pixel is an object's, by its colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray

FloatArray: TypeAlias = NDArray[np.float32]

_AROUND = 3.0  # reaches round a pixel from which the colours are taken
_CELLS = 6.0  # cells of the coarse grid that a reach has: mean colours change slowly
_MOST_CELLS = 500_000
_NOISE = 4.0  # levels that colours of one thing differ by at least
_DOUBT = 16.0  # squared distance in standard deviations at which a colour is believed by half
_NOTHING = 1e-13
_ANY = 1e9
_PAIRS = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)]


def shares(
    image: ImageArray, sure: MaskArray, other: MaskArray, asked: MaskArray, reach: float
) -> tuple[FloatArray, FloatArray]:
    """Place the colours of some pixels between those of an object and of its background near by.

    Both have a mean colour and a covariance round each pixel. The share is measured along the
    direction in which the two differ most for how much they scatter: Fisher's discriminant [1].

    Args:
        image: (H, W, 3) uint8.
        sure: (H, W) bool. Pixels of the object.
        other: (H, W) bool. Pixels of the background.
        asked: (H, W) bool. Pixels to place, N of them.
        reach: Pixels; colours are taken from three times as far away, or farther if there are none.

    Returns:
        (N,) float32, the object's share in [0, 1], and (N,) float32 in [0, 1], how well the colours
        of the two can be told apart there.

    References:
        [1] Fisher. The use of multiple measurements in taxonomic problems. 1936.
            doi:10.1111/j.1469-1809.1936.tb02137.x
    """
    scale = max(reach / _CELLS, (asked.size / _MOST_CELLS) ** 0.5, 1.0)
    size = (max(round(asked.shape[1] / scale), 1), max(round(asked.shape[0] / scale), 1))
    radius = max(round(_AROUND * reach / scale), 1)
    cells = cv2.resize(asked.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    cells = cv2.dilate(cells.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    front, spread_front = _gaussian(image, sure, cells, radius)
    back, spread_back = _gaussian(image, other, cells, radius)
    spread = spread_front + spread_back + _NOISE**2 * np.eye(3, dtype=np.float32)
    towards = front - back
    across = np.linalg.solve(spread, towards[..., None])[..., 0]
    distance = np.maximum((towards * across).sum(axis=1), 1e-6)
    across /= distance[:, None]
    coarse = np.zeros((*cells.shape, 5), np.float32)
    coarse[cells, :3] = across
    coarse[cells, 3] = (back * across).sum(axis=1)
    coarse[cells, 4] = distance / (distance + _DOUBT)
    planes = [_at(coarse[..., plane], asked) for plane in range(5)]
    share = sum(image[asked][:, plane] * planes[plane] for plane in range(3)) - planes[3]
    return np.clip(share, 0, 1).astype(np.float32), planes[4]


def _gaussian(
    image: ImageArray, where: MaskArray, cells: MaskArray, radius: int
) -> tuple[FloatArray, FloatArray]:
    """Return mean (K, 3) and covariance (K, 3, 3) of some pixels' colours round each cell."""
    weight = where.astype(np.float32)
    planes = [image[..., plane] * weight for plane in range(3)]
    moments = [weight, *planes, *(planes[one] * image[..., other] for one, other in _PAIRS)]
    total = np.stack([_around(moment, cells, radius) for moment in moments], axis=1)
    missing = total[:, 0] < _NOTHING
    total /= np.maximum(total[:, :1], _NOTHING)
    mean = total[:, 1:4]
    spread = np.empty((len(total), 3, 3), np.float32)
    for place, (one, other) in enumerate(_PAIRS, 4):
        shared = total[:, place] - mean[:, one] * mean[:, other]
        spread[:, one, other] = spread[:, other, one] = shared
    spread[missing] = _ANY * np.eye(3)  # no such pixel: it could have any colour
    return mean, spread


def _around(values: FloatArray, cells: MaskArray, radius: int) -> FloatArray:
    """Return the mean of a plane round each cell.

    Wider means, with next to no weight, answer where the narrow one sees no such pixel.
    """
    size = cells.shape[::-1]
    coarse = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    total = np.zeros(np.count_nonzero(cells), np.float32)
    for wider, weight in ((1, 1.0), (4, 1e-3), (16, 1e-6)):
        side = 2 * wider * radius + 1
        mean = cv2.boxFilter(coarse, -1, (side, side), borderType=cv2.BORDER_CONSTANT)
        total += np.float32(weight) * mean[cells]
    return total


def _at(coarse: FloatArray, asked: MaskArray) -> FloatArray:
    """Return a coarse plane at some pixels."""
    fine = cv2.resize(coarse, asked.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine, np.float32)[asked]
