"""What the objects are called, and which pixel is whose."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from fastseg_edit.objects import label_map
from fastseg_edit.ops import draw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastseg_edit.candidates import Candidates

UNNAMED = "object"
"""What an object is called if nobody said what it is."""

_PALETTE = 255  # objects that fit in a PNG with a palette, beside the background


def names_of(objects: Candidates) -> tuple[str, ...]:
    """Return what each object is called, `UNNAMED` where that is not known."""
    return tuple(label or UNNAMED for label in objects.labels or ("",) * len(objects))


def labels_of(objects: Candidates, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the different labels of the objects, so that their places can serve as numbers.

    Args:
        objects: The objects of one photo.
        known: Labels that come first, in this order, whether or not an object has them. The same
            ones for every photo of a data set give each label the same number in all of them.

    Returns:
        `known`, and after it the other labels in the order of the alphabet.
    """
    first = tuple(dict.fromkeys(known))
    return (*first, *sorted(set(names_of(objects)).difference(first)))


def label_png(objects: Candidates) -> bytes:
    """Return the bytes of a PNG in which the value of a pixel is the number of its object.

    0 is the background. Where objects overlap, the smallest is shown. Up to 255 objects are
    written in 8 bits with a colour for each, more in 16 bits.

    Raises:
        ValueError: If there are more than 65535 objects.
    """
    owners = label_map(objects)
    file = io.BytesIO()
    if len(objects) <= _PALETTE:
        image = Image.fromarray(owners.astype(np.uint8))
        image.putpalette(draw.colours(len(objects)).tobytes())
    elif len(objects) <= np.iinfo(np.uint16).max:
        image = Image.fromarray(owners.astype(np.uint16))
    else:
        raise ValueError(f"a label map holds at most 65535 objects, got {len(objects)}")
    image.save(file, "PNG")
    return file.getvalue()
