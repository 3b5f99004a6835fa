"""Pictures saved besides a result, for people to look at or programs to go on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit import photos
from fastseg_edit.ops import draw, morphology

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.edited import Edited


def draw_one(name: str, edited: Edited) -> ImageArray:
    """Draw "mask", "overlay", "crop" or "compare" as (H, W[, 3 or 4]) uint8."""
    edit, mask = edited.edit, edited.mask
    match name:
        case "mask":
            return mask.astype(np.uint8) * 255
        case "overlay":
            return draw.overlay(edit.image, mask)
        case "crop":
            part = morphology.neighbourhood(mask, 0)
            return np.dstack([edit.image[part], mask[part].astype(np.uint8) * 255])
    return draw.summary(edit.image, mask, edit.result, height=edit.image.shape[0])


def draw_all(name: str, edited: Edited) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures of one name: how the file's name ends, and the bytes of a PNG."""
    if name != "candidates":
        yield name, photos.to_png(draw_one(name, edited))
        return
    for number, candidate in enumerate(edited.edit.candidates or (), 1):
        yield f"candidate-{number}", photos.to_png(draw.overlay(edited.edit.image, candidate))
