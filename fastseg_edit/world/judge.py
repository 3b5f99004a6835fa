"""What colour and what shape is this? Answers without learned parts, to judge models by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from fastseg_edit.ops import morphology
from fastseg_edit.world import templates
from fastseg_edit.world.shapes import COLOURS

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray

_PALETTE = np.array(list(COLOURS.values()), np.float32)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an object looks like.

    Attributes:
        colour: Name of the nearest colour.
        distance: Levels of RGB between that colour and the object's, Euclidean.
        shape: Name of the shape most like it.
        overlap: IoU with that shape at its best angle, 0 to 1.
    """

    colour: str
    distance: float
    shape: str
    overlap: float


def look(photo: ImageArray, mask: MaskArray) -> Verdict:
    """Say what an object looks like.

    Args:
        photo: (H, W, 3) uint8 RGB.
        mask: (H, W) bool: the object, not empty.
    """
    return Verdict(*colour_of(photo, mask), *shape_of(mask))


def colour_of(photo: ImageArray, mask: MaskArray) -> tuple[str, float]:
    """Return the name of an object's colour, and how far off it is in levels of RGB.

    The object's colour is the median, channel by channel, of what lies a pixel or more inside.

    Args:
        photo: (H, W, 3) uint8 RGB.
        mask: (H, W) bool, not empty.

    Raises:
        ValueError: If the mask is empty.
    """
    _check(mask)
    inside = morphology.erode(mask, 1.5)
    pixels = photo[inside if inside.sum() >= 9 else mask]
    distances = np.linalg.norm(_PALETTE - np.median(pixels, axis=0), axis=1)
    nearest = int(np.argmin(distances))
    return tuple(COLOURS)[nearest], float(distances[nearest])


def shape_of(mask: MaskArray) -> tuple[str, float]:
    """Return the shape most like a mask, and their IoU.

    The mask is scaled and moved so that area and centroid are those of the templates, and laid
    over each shape at each angle. So the whole object must be there: where others hide up to 30 %
    of it, one in four is taken for another shape.

    Args:
        mask: (H, W) bool, not empty.

    Raises:
        ValueError: If the mask is empty.
    """
    _check(mask)
    names, known = templates.known()
    seen = templates.normalised(mask)
    common = known @ seen
    overlaps = common / (known.sum(axis=1) + seen.sum() - common)
    best = int(np.argmax(overlaps))
    return names[best], float(overlaps[best])


def painted(photo: ImageArray, plate: ImageArray, hole: MaskArray) -> MaskArray:
    """Find the object that was painted into a hole.

    The colour of the palette that is nearest to most pixels is the object's. A pixel belongs to it
    if it is nearer to that colour than to the plate's pixel in the same place; so there is no
    threshold, and a background that was painted back a little wrong does not count as an object.

    Args:
        photo: (H, W, 3) uint8 RGB, with something or nothing painted into the hole.
        plate: (H, W, 3) uint8 RGB: what lies behind.
        hole: (H, W) bool.

    Returns:
        (H, W) bool, the largest connected part; nothing if nothing stands out.
    """
    mask = np.zeros(hole.shape, bool)
    pixels = photo[hole].astype(np.float32)
    behind = np.linalg.norm(pixels - plate[hole], axis=1)
    distances = np.linalg.norm(pixels[:, None] - _PALETTE, axis=2)
    nearest = np.argmin(distances, axis=1)[distances.min(axis=1) < behind]
    if nearest.size:
        colour = int(np.bincount(nearest).argmax())
        mask[hole] = distances[:, colour] < behind
    return _largest(mask)


def _check(mask: MaskArray) -> None:
    if not mask.any():
        raise ValueError("mask must not be empty")


def _largest(mask: MaskArray) -> MaskArray:
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return mask
    largest: Any = labels == 1 + int(np.argmax(statistics[1:, cv2.CC_STAT_AREA]))
    return largest  # type: ignore[no-any-return]
