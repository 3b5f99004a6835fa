"""Objects as LabelMe opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastseg_edit.annotate.labels import names_of
from fastseg_edit.annotate.outlines import Outline, outlines, threaded

if TYPE_CHECKING:
    from fastseg_edit.candidates import Candidates

VERSION = "5.5.0"
"""Version of LabelMe whose files these are like. Later ones read them too."""


def labelme(objects: Candidates, photo: str) -> dict[str, Any]:
    """Return the document of one photo, for `json.dump`.

    The format knows polygons without holes. Each part of an object is one polygon, with its holes
    threaded into it; the parts of one object share a group.

    Args:
        objects: The objects of one photo.
        photo: Path of the photo, as seen from the folder that the document goes to.
    """
    height, width = objects.size
    shapes = []
    for number, (cutout, name) in enumerate(zip(objects.cutouts, names_of(objects), strict=True)):
        parts = outlines(cutout)
        about = {
            "label": name,
            "group_id": number + 1 if len(parts) > 1 else None,
            "description": f"score {objects.scores[number]:.4f}",
        }
        shapes += [{**about, **_shape(part)} for part in parts]
    return {
        "version": VERSION,
        "flags": {},
        "shapes": shapes,
        "imagePath": photo,
        "imageData": None,
        "imageHeight": height,
        "imageWidth": width,
    }


def _shape(part: Outline) -> dict[str, Any]:
    points = threaded([part.ring, *part.holes]).tolist()
    return {"shape_type": "polygon", "points": points, "flags": {}, "mask": None}
