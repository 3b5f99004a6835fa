"""What a network sees on each part of a photo, for comparing it with another photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from fastseg_edit.backends.yolo.frame import Frame


def describe(first: Tensor, neck: Tensor) -> Tensor:
    """Put together what the first layer and the last ones before the proposals saw.

    A network that is to find objects of any kind forgets on its way what they look like. On drawn
    scenes, the neck alone tells two colours of objects apart no better than chance, and the first
    layer alone tells little else.

    Args:
        first: (D, H, W) colours and fine texture.
        neck: (E, h, w), coarser.

    Returns:
        (D + E, h, w), in which both count the same.
    """
    coarse = functional.adaptive_avg_pool2d(first, (neck.shape[-2], neck.shape[-1]))
    return torch.cat([functional.normalize(part, dim=0) for part in (coarse, neck)])


def over_photo(described: Tensor, frame: Frame) -> NDArray[np.float32]:
    """Cut off the border that only the network saw.

    Args:
        described: (D, h, w) over the network's picture.
        frame: How the photo lies in the picture.

    Returns:
        (h', w', D) over the photo; each vector has the length 1.
    """
    stride = frame.whole[1] / described.shape[-1]
    cells = [max(1, round(side / stride)) for side in frame.within]
    corner = frame.corner[::-1]
    share = [part / whole for part, whole in zip(frame.within, frame.whole, strict=True)]
    shift = [(2 * corner[axis] + frame.within[axis]) / frame.whole[axis] - 1 for axis in (0, 1)]
    place = described.new_tensor([[[share[1], 0, shift[1]], [0, share[0], shift[0]]]])
    lattice = functional.affine_grid(place, [1, 1, *cells], align_corners=False)
    onto = functional.grid_sample(
        described[None], lattice, padding_mode="border", align_corners=False
    )
    found: NDArray[np.float32] = functional.normalize(onto[0], dim=0).permute(1, 2, 0).cpu().numpy()
    return found
