"""Pictures that a ControlNet reads, made from what is known of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

COARSE = 4
"""How many times fewer pixels, each way, the net for tiles is shown: it adds the detail."""

_EDGES = 100, 200  # the thresholds that its authors' own examples use


def of_regions(layout: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Write the number of each pixel's region as a picture, as EditAnything's ControlNets read it.

    A number fills two channels [1], low byte first, and is not divided by 255, so that regions
    whose numbers are neighbours still differ by a whole unit [2].

    Args:
        layout: (H, W) uint16: the number of the region that each pixel belongs to, 0 for none.

    Returns:
        (H, W, 3) float32 of whole numbers: number % 256, number // 256 and 0.

    References:
        [1] Gao et al. Large-scale unsupervised semantic segmentation. PAMI 2023.
            arXiv:2106.03149
        [2] Gao et al. EditAnything: empowering unparalleled flexibility in image editing and
            generation. ACM Multimedia 2023. doi:10.1145/3581783.3612680
    """
    high, low = np.divmod(layout, 256)
    picture: NDArray[np.float32] = np.stack((low, high, np.zeros_like(low)), 2).astype(np.float32)
    return picture


def of_surroundings(image: ImageArray, mask: MaskArray) -> NDArray[np.float32]:
    """Blot out what is masked, as ControlNets for holes read it [1].

    Args:
        image: (H, W, 3) uint8.
        mask: (H, W) bool.

    Returns:
        (H, W, 3) float32 from 0 to 1, and -1 where it is masked.

    References:
        [1] Zhang et al. Adding conditional control to text-to-image diffusion models. ICCV 2023.
            arXiv:2302.05543. The nets of version 1.1.
    """
    return np.where(mask[..., None], np.float32(-1), image / np.float32(255))


def of_edges(image: ImageArray, hidden: MaskArray | None) -> NDArray[np.float32]:
    """Draw the edges of a picture, white on black, by Canny's method [1].

    Args:
        image: (H, W, 3) uint8.
        hidden: (H, W) bool. True where the picture is not to be looked at: there are no edges
            there, nor one at its rim. None to look at all of it.

    Returns:
        (H, W, 3) float32 of 0 and 1.

    References:
        [1] Canny. A computational approach to edge detection. PAMI 1986.
            doi:10.1109/TPAMI.1986.4767851
    """
    edges = cv2.Canny(np.ascontiguousarray(image), *_EDGES) > 0
    if hidden is not None:
        near = cv2.dilate(hidden.astype(np.uint8), np.ones((5, 5), np.uint8))  # Sobel and thinning
        edges &= near == 0
    return np.repeat(edges[..., None], 3, axis=2).astype(np.float32)


def of_draft(image: ImageArray) -> NDArray[np.float32]:
    """Take the detail from a draft, which the net for tiles then invents.

    Args:
        image: (H, W, 3) uint8.

    Returns:
        (H, W, 3) float32 from 0 to 1, with a `COARSE`-th of the pixels each way.
    """
    height, width = image.shape[:2]
    small = max(1, width // COARSE), max(1, height // COARSE)
    coarse = cv2.resize(np.ascontiguousarray(image), small, interpolation=cv2.INTER_AREA)
    again = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return again / np.float32(255)
