"""The objects of a selection: one mask each, in accord with the mask that they make up together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fastseg_edit.candidates import Candidates
from fastseg_edit.cutouts import Cutout
from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray


def divide(chosen: Candidates | None, mask: MaskArray) -> Candidates:
    """Say which object each pixel of a mask belongs to.

    Stages make the mask of a selection better as a whole: they grow it, shrink it, fill its holes.
    An object keeps what is left of it. What was added goes to the object that is nearest to it.

    Args:
        chosen: The objects before that. None if nobody knows.
        mask: (H, W) bool. What has come of them.

    Returns:
        Objects with the scores, groups and labels that they had; those of which nothing is left
        are dropped. Together they are exactly the mask, and they overlap only where they did
        before. If no object has a part in the mask, all of it is one object.
    """
    if chosen is None:
        return _whole(mask)
    parts = [_within(cutout, mask) for cutout in chosen.cutouts]
    left = chosen.changed(parts).take([n for n, part in enumerate(parts) if part.area])
    if not len(left):
        return _whole(mask)
    if len(left) == 1:
        return left.changed([Cutout.of(mask)])
    added = mask & ~left.union(range(len(left)))
    return _given(left, added) if added.any() else left


def label_map(objects: Candidates) -> NDArray[np.int32]:
    """Return for each pixel the number of its object, from 1, and 0 where there is none.

    Where objects overlap, the smallest is shown: what lies on a table hides the table.
    """
    owners = np.zeros(objects.size, np.int32)
    for number in np.argsort(-objects.areas, kind="stable"):
        cutout = objects.cutouts[number]
        left, top, right, bottom = cutout.box
        owners[top:bottom, left:right][cutout.crop()] = number + 1
    return owners


def joined(objects: Candidates) -> MaskArray:
    """Return the pixels that belong to any object, (H, W) bool."""
    return objects.union(range(len(objects)))


def _whole(mask: MaskArray) -> Candidates:
    return Candidates.of([mask] if mask.any() else [], mask.shape)


def _within(cutout: Cutout, mask: MaskArray) -> Cutout:
    left, top, right, bottom = cutout.box
    return Cutout.of(cutout.crop() & mask[top:bottom, left:right], at=(left, top))


def _given(objects: Candidates, added: MaskArray) -> Candidates:
    """Return the objects with each added pixel given to the nearest one."""
    owners = label_map(objects)
    part = morphology.neighbourhood((owners > 0) | added, 0)
    near, new = owners[part], added[part]
    # For each pixel a number that stands for the nearest one that has an owner.
    _, nearest = cv2.distanceTransformWithLabels(
        (near == 0).astype(np.uint8),
        cv2.DIST_L2,
        cv2.DIST_MASK_5,
        labelType=cv2.DIST_LABEL_PIXEL,
    )
    owner_of = np.zeros(int(nearest.max()) + 1, np.int32)
    owner_of[nearest[near > 0]] = near[near > 0]
    rows, columns = np.nonzero(new)
    takers = owner_of[nearest[rows, columns]]
    order = np.argsort(takers, kind="stable")
    pixels = np.stack([columns + part[1].start, rows + part[0].start])[:, order]
    numbers, starts = np.unique(takers[order], return_index=True)
    grown = list(objects.cutouts)
    for number, more in zip(numbers, np.split(pixels, starts[1:], axis=1), strict=True):
        grown[number - 1] = _with(grown[number - 1], more)
    return objects.changed(grown)


def _with(cutout: Cutout, pixels: NDArray[np.intp]) -> Cutout:
    """Return a mask with further pixels, (2, n) x and y."""
    left, top = np.minimum(cutout.box[:2], pixels.min(axis=1)).tolist()
    right, bottom = np.maximum(cutout.box[2:], pixels.max(axis=1) + 1).tolist()
    both = cutout.at(np.arange(left, right), np.arange(top, bottom))
    both[pixels[1] - top, pixels[0] - left] = True
    return Cutout.of(both, at=(left, top))
