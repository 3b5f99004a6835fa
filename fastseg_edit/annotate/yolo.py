"""Objects as the YOLO family of networks reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.annotate.labels import labels_of, names_of
from fastseg_edit.annotate.outlines import outlines, threaded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastseg_edit.candidates import Candidates


def yolo(objects: Candidates, known: Iterable[str] = ()) -> str:
    """Return the label file of one photo: one object per line, its class and its polygon.

    The format knows one polygon per object. Of an object with holes or with several parts all
    outlines are threaded into one, which readers that fill by the even-odd rule take as it is
    meant; a reader that draws the polygon's line as well shows a line of one pixel between parts.

    Args:
        objects: The objects of one photo.
        known: Labels whose classes come first, as for `labels_of`: a class is the place of its
            label in there, from 0.
    """
    labels = labels_of(objects, known)
    size = np.array(objects.size[::-1])
    lines = []
    for cutout, name in zip(objects.cutouts, names_of(objects), strict=True):
        rings = [ring for part in outlines(cutout) for ring in (part.ring, *part.holes)]
        if rings:
            shares = (threaded(rings) / size).ravel()
            lines.append(f"{labels.index(name)} {' '.join(f'{share:.6f}' for share in shares)}\n")
    return "".join(lines)
