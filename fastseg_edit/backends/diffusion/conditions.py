"""Pictures that a ControlNet reads, made from what is known of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
