"""Photos made larger or smaller for a detector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch

if TYPE_CHECKING:
    from torch import Tensor

    from fastseg_edit.arrays import ImageArray


def shown(prepare: Any, image: ImageArray, device: torch.device) -> Tensor:
    """Return a photo as a network sees it, (1, 3, h, w).

    Args:
        prepare: The library's image processor.
        image: (H, W, 3) uint8 RGB. It may be read-only.
        device: Where the network is.
    """
    planes = torch.tensor(image).permute(2, 0, 1)
    seen = prepare(planes, return_tensors="pt", input_data_format="channels_first", do_resize=True)
    pixels: Tensor = seen.pixel_values.to(device)
    return pixels


def padded(image: ImageArray, least: tuple[int, int], fill: int = 0) -> ImageArray:
    """Return a photo with a margin to the right and below.

    Args:
        image: (H, W, 3) uint8 RGB.
        least: (height, width) that it has afterwards, unless it is larger already.
        fill: Grey value of the margin.
    """
    height, width = image.shape[:2]
    below, right = max(0, least[0] - height), max(0, least[1] - width)
    if not below and not right:
        return image
    return np.pad(image, ((0, below), (0, right), (0, 0)), constant_values=fill)


def squared(image: ImageArray, most: int, fill: int) -> tuple[ImageArray, tuple[float, float]]:
    """Return a photo as a square, with a margin to the right or below.

    Args:
        image: (H, W, 3) uint8 RGB.
        most: Pixels of the square's side. A larger photo is reduced, each pixel the mean of those
            that it covers; a smaller one stays as it is.
        fill: Grey value of the margin.

    Returns:
        The square, (S, S, 3) uint8 RGB, and its (width, height) in pixels of the photo. These are
        equal but for the rounding of a reduced photo's shorter side.
    """
    height, width = image.shape[:2]
    small = image
    if (scale := most / max(height, width)) < 1:
        sides = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = np.asarray(cv2.resize(image, sides, interpolation=cv2.INTER_AREA), np.uint8)
    side = max(small.shape[:2])
    span = (side * width / small.shape[1], side * height / small.shape[0])
    return padded(small, (side, side), fill), span
