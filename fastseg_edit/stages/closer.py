"""A closer look at the place that a prompt is about."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fastseg_edit import models
from fastseg_edit.ops.morphology import bounding_box
from fastseg_edit.prompt import Boxes, Points, Rough, Scribble
from fastseg_edit.stages.part import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.prompt import Box, Place
    from fastseg_edit.protocols import Segmenter

_CLOSER = (9.0, 27.0, 3.0)  # times that a part is smaller than the photo, if the size is unknown
_ROOM = 3.0  # sides of what is known of the object that a part has
_WORTH = 1.5  # times that a part must be smaller than the photo, to show more than that
_LEAST = 32  # pixels of a part's side


def looks(segmenter: Segmenter, image: ImageArray, prompt: Place) -> Iterator[Candidates]:
    """Ask a segmenter again, about small parts of the photo round the prompt.

    A network sees every photo at one size, so that an object of a few pixels is lost in a large
    photo and plain in a part of it. A mask that ends at the border of its part is left out: the
    object goes on.

    Args:
        segmenter: The segmenter.
        image: (H, W, 3) uint8 RGB.
        prompt: About one object.

    Yields:
        For each part what was found in it, as candidates of the photo: alternatives for the one
        object. The parts that answer best in most photos come first.
    """
    for part in parts(prompt, (image.shape[0], image.shape[1])):
        cut = part.cut(image)
        encoding = models.remember(segmenter, "part", cut, partial(segmenter.encode, cut))
        found = part.back(segmenter.predict(encoding, shift(prompt, part)))
        whole = [
            number
            for number, cutout in enumerate(found.cutouts)
            if cutout.area and not part.cuts(cutout, found.cell)
        ]
        yield found.take(whole)


def parts(prompt: Place, size: tuple[int, int]) -> Iterator[Part]:
    """Yield parts of a photo in the middle of which a prompt lies.

    Args:
        prompt: About one object.
        size: (height, width) of the photo.
    """
    box, known = extent(prompt)
    room = _ROOM * max(box[2] - box[0], box[3] - box[1])
    sides = [room] if known else [max(size) / closer for closer in _CLOSER]
    for side in dict.fromkeys(max(side, room, _LEAST) for side in sides):
        if side * _WORTH <= max(size):
            yield Part.around(box, side, size)


def shift(prompt: Place, part: Part) -> Place:
    """Return a prompt as a part of the photo shows it.

    Clicks and strokes beside the object that lie outside the part are left out: no mask of the
    part reaches them.
    """
    left, top, right, bottom = part.box
    match prompt:
        case Boxes(boxes):
            return replace(prompt, xyxy=tuple(_moved(box, part) for box in boxes))
        case Points(clicks, labels, box):
            inside = [
                ((x - left, y - top), label)
                for (x, y), label in zip(clicks, labels, strict=True)
                if label or (left <= x < right and top <= y < bottom)
            ]
            moved = None if box is None else _moved(box, part)
            return Points(tuple(xy for xy, _ in inside), tuple(on for _, on in inside), moved)
        case Scribble(on, off):
            return Scribble(part.cut_mask(on), part.cut_mask(off))
        case Rough(pixels):
            return Rough(part.cut_mask(pixels))


def extent(prompt: Place) -> tuple[Box, bool]:
    """Return a box round what is known of an object, and whether that is all of it."""
    match prompt:
        case Boxes(((left, top, right, bottom), *_)):
            return (left, top, right, bottom), True
        case Rough(pixels):
            return bounding_box(pixels) or (0, 0, 1, 1), True
        case Points(clicks, labels, None):
            on = [xy for xy, label in zip(clicks, labels, strict=True) if label]
            columns, rows = zip(*on, strict=True)
            return (min(columns), min(rows), max(columns) + 1, max(rows) + 1), False
        case Points(_, _, box) if box:
            return box, True
        case Scribble(strokes, _):
            return bounding_box(strokes) or (0, 0, 1, 1), False
    return (0, 0, 1, 1), False


def _moved(box: Box, part: Part) -> Box:
    left, top, *_ = part.box
    return box[0] - left, box[1] - top, box[2] - left, box[3] - top
