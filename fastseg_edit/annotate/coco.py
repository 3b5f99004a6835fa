"""Objects as COCO writes them down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastseg_edit.annotate import runlengths
from fastseg_edit.annotate.labels import labels_of, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import PixelBox


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
            "segmentation": runlengths.of_cutout(cutout, objects.size),
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


def _bbox(box: PixelBox) -> list[int]:
    left, top, right, bottom = box
    return [left, top, right - left, bottom - top]
