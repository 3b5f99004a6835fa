"""Masks as a YOLO describes them: a mix of prototypes, cut to a box.

Nothing is brought to the photo's size here. For 300 masks of 12 megapixels that would take longer
than the network itself, and a prompt chooses one of them.

References:
    Bolya, Zhou, Xiao, Lee. YOLACT: real-time instance segmentation. ICCV 2019. arXiv:1904.02689
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.cutouts import Cutout, Soft

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.backends.yolo.frame import Frame
    from fastseg_edit.cutouts import PixelBox
    from fastseg_edit.ops.grid import Grid


_SMALL = 4096
"""Pixels of a mask that is settled at once: between few cells there may be no pixel at all."""


def grid(width: int, frame: Frame) -> Grid:
    """Return how the cells of prototypes lie on the photo.

    Args:
        width: Number of columns of the prototypes.
        frame: How the photo lies in the network's picture.
    """
    return frame.grid(frame.whole[1] / width)


def cut(
    boxes: NDArray[np.float32],
    weights: NDArray[np.float32],
    prototypes: NDArray[np.float32],
    frame: Frame,
) -> list[Cutout]:
    """Mix each mask inside its own box alone.

    Args:
        boxes: (N, 4) corners in pixels of the network's picture.
        weights: (N, M) share of each prototype in each mask.
        prototypes: (M, h, w).
        frame: How the photo lies in the picture.

    Returns:
        N masks, soft until their pixels are asked for. Some may have no pixel.
    """
    whole = grid(prototypes.shape[2], frame)
    reaches = _cells(boxes * (prototypes.shape[2] / frame.whole[1]), prototypes.shape[1:])
    return [
        _mixed(mix, prototypes, reach, within, whole)
        for mix, reach, within in zip(weights, reaches, frame.boxes(boxes), strict=True)
    ]


def _cells(boxes: NDArray[np.float32], shape: tuple[int, ...]) -> list[PixelBox]:
    """Return the cells between which the pixels in a box are interpolated."""
    first = np.floor(boxes[:, :2] - 0.5)
    last = np.floor(boxes[:, 2:] - 0.5) + 2
    edges = np.concatenate([first, last], axis=1).reshape(-1, 2, 2)
    cells = np.clip(edges, 0, [shape[1], shape[0]]).astype(int)
    return [tuple(each) for each in cells.reshape(-1, 4).tolist()]


def _mixed(
    mix: NDArray[np.float32],
    prototypes: NDArray[np.float32],
    reach: PixelBox,
    within: PixelBox,
    whole: Grid,
) -> Cutout:
    """Return one mask."""
    left, top, right, bottom = reach
    if left >= right or top >= bottom or within[0] >= within[2] or within[1] >= within[3]:
        return Cutout.of(np.zeros((1, 1), bool))
    part = prototypes[:, top:bottom, left:right]
    logits = (mix @ part.reshape(len(mix), -1)).reshape(part.shape[1:])
    origin = (whole.origin[0] - left, whole.origin[1] - top)
    soft = Soft.on(replace(whole, origin=origin), logits, within)
    return soft.settled() if soft.area < _SMALL else soft
