"""Objects as COCO writes them down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pycocotools import mask as coder

from fastseg_edit.annotate.labels import labels_of, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import PixelBox, Stored


def coco(objects: Candidates, photo: str, known: Iterable[str] = ()) -> dict[str, Any]:
    """Return the document of one photo, for `json.dump`.

    The masks are run lengths in COCO's compressed form, exact to the pixel, with `iscrowd` 0.

    Args:
        objects: The objects of one photo.
        photo: The photo's file name.
        known: Labels whose categories come first, as for `labels_of`.

    References:
        Lin et al. Microsoft COCO: common objects in context. ECCV 2014. arXiv:1405.0312
    """
    height, width = objects.size
    labels = labels_of(objects, known)
    exact = [cutout.settled() for cutout in objects.cutouts]
    annotations = [
        {
            "id": number + 1,
            "image_id": 1,
            "category_id": labels.index(name) + 1,
            "segmentation": _runs(cutout, objects.size),
            "area": cutout.area,
            "bbox": _bbox(cutout.box),
            "iscrowd": 0,
            "score": round(float(objects.scores[number]), 4),
        }
        for number, (cutout, name) in enumerate(zip(exact, names_of(objects), strict=True))
    ]
    return {
        "images": [{"id": 1, "file_name": photo, "width": width, "height": height}],
        "annotations": annotations,
        "categories": [{"id": n, "name": label} for n, label in enumerate(labels, 1)],
    }


def _runs(cutout: Stored, size: tuple[int, int]) -> dict[str, Any]:
    """Return run lengths down the columns of the photo, made from the mask's own box alone."""
    left, top, _, _ = cutout.box
    columns = np.pad(cutout.crop().T, ((0, 0), (1, 1))).astype(np.int8)
    x, y = np.nonzero(np.diff(columns))  # where a run begins or ends, in order
    edges, times = np.unique((x + left) * size[0] + y + top, return_counts=True)
    once = edges[times == 1]  # a run that goes on at the top of the next column has no end
    counts = np.diff(np.r_[0, once, size[0] * size[1]])
    coded = coder.frPyObjects({"size": list(size), "counts": counts.tolist()}, *size)
    return {"size": list(size), "counts": coded["counts"].decode("ascii")}


def _bbox(box: PixelBox) -> list[int]:
    left, top, right, bottom = box
    return [left, top, right - left, bottom - top]
