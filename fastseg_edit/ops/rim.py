"""The soft rim of an object: pixels where it still mixes with what is behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

LEAST_SHARE = 0.05
"""A pixel with less of the object in it than this cannot be told from the background."""

NOISE = 2.0
"""Standard deviations by which a pixel must differ from the background to belong to the rim."""

WORK_REACH = 12
"""Pixels of reach up to which the rim is looked at in full resolution."""


def take_in(image: ImageArray, mask: MaskArray, reach: float) -> MaskArray:
    """Grow a mask over the object's soft rim, and only there.

    A segmenter's outline runs where the object covers about half of a pixel. Beyond it, defocus,
    motion and fur leave a fringe in the object's colours, which a fill would take for background
    and carry inwards. The share of the object in each pixel follows from the mixing equation
    I = a F + (1 - a) B [1], with F and B the mean colours of the object and of the background near
    by, by projection onto the line from B to F [2].

    Args:
        image: (H, W, 3) uint8 RGB.
        mask: (H, W) bool.
        reach: How far the rim may extend, in pixels, at least 0.

    Returns:
        (H, W) bool. Holds `mask`, and nothing farther than `reach` from it.

    References:
        [1] Porter, Duff. Compositing digital images. SIGGRAPH 1984. doi:10.1145/800031.808606
        [2] Ruzon, Tomasi. Alpha estimation in natural images. CVPR 2000.
            doi:10.1109/CVPR.2000.854779
    """
    if reach < 1 or not mask.any() or mask.all():
        return mask
    part = morphology.neighbourhood(mask, int(3 * reach) + 2)
    whole, inside = mask.copy(), mask[part]
    outside = morphology.depth(~inside)
    mixed = (outside <= reach) & (_share(image[part], inside, reach) > LEAST_SHARE)
    whole[part] = _connected(inside | mixed, inside)
    return whole


def _share(image: ImageArray, inside: MaskArray, reach: float) -> NDArray[np.float32]:
    """Return which share of each pixel is the object's, 0 where it cannot be told from noise.

    A wide rim is smooth: it is looked at in a picture so small that `reach` is some ten pixels.
    """
    height, width = inside.shape
    scale = max(int(reach / WORK_REACH), 1)
    size = (-(-width // scale), -(-height // scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    cover = cv2.resize(inside.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    share = _mixture(small, cover.astype(np.float32, copy=False), reach / scale)
    return cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)


def _mixture(
    colours: NDArray[np.float32], cover: NDArray[np.float32], reach: float
) -> NDArray[np.float32]:
    inside = cover > 0.5
    front, _ = _mean(colours, inside & (morphology.depth(inside) <= reach + 1), reach)
    back, deviation = _mean(colours, morphology.depth(cover == 0) > reach, reach)
    towards, away = front - back, colours - back
    share = (away * towards).sum(axis=2) / np.maximum((towards**2).sum(axis=2), 1)
    share = cv2.GaussianBlur(share, (0, 0), 1)
    differs = np.linalg.norm(away, axis=2) > NOISE * deviation + 1
    return np.where(differs, share, 0).astype(np.float32)


def _mean(
    colours: NDArray[np.float32], where: MaskArray, radius: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean colour of some pixels near each pixel, and their standard deviation.

    Normalised convolution: the sum over the pixels, divided by how many they are.
    """
    layers = np.dstack([colours, (colours**2).sum(axis=2), np.ones_like(where)])
    layers = layers.astype(np.float32) * where[..., None]
    near, far = (_box_mean(layers, size) for size in (radius, 4 * radius))
    # The wide mean, with next to no weight, answers where the narrow one sees no such pixel.
    total = near + 1e-3 * far
    mean = (total[..., :-1] / np.maximum(total[..., -1:], 1e-9)).astype(np.float32)
    variance = np.maximum(mean[..., 3] - (mean[..., :3] ** 2).sum(axis=2), 0)
    return mean[..., :3], np.sqrt(variance)


def _box_mean(layers: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    side = 2 * int(np.ceil(radius)) + 1
    mean = cv2.boxFilter(layers, -1, (side, side), borderType=cv2.BORDER_CONSTANT)
    return mean.astype(np.float32, copy=False)


def _connected(grown: MaskArray, seed: MaskArray) -> MaskArray:
    """Return the islands of a mask that touch a smaller one."""
    count, labels = cv2.connectedComponents(grown.astype(np.uint8), connectivity=8)
    touched = np.zeros(count, bool)
    touched[labels[seed]] = True
    touched[0] = False
    connected: MaskArray = touched[labels]
    return connected
