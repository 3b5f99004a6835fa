"""What is saved besides a result: pictures to look at, and annotations for other tools."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import annotate, photos
from fastseg_edit.objects import label_map
from fastseg_edit.ops import draw, morphology

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.edited import Edited

ENDINGS = {"coco": "coco.json", "yolo": "txt", "labelme": "json"}
"""How the file of each kind of annotation ends; the name of the photo comes before it."""

NAMES = "names.txt"
"""How the file ends that lists the classes of a YOLO file, from 0."""


def endings(name: str) -> tuple[str, ...]:
    """Return how the files of one kind end, as far as that is known before the edit."""
    if name in ("objects", "candidates"):
        return (f"{name.removesuffix('s')}-1.png",)  # how many there are shows only later
    if name == "yolo":
        return (ENDINGS[name], NAMES)
    return (ENDINGS.get(name, f"{name}.png"),)


def is_annotation(ending: str) -> bool:
    """Tell whether files that end like this are about the photo, and so bear its name."""
    return ending == NAMES or ending in ENDINGS.values()


def draw_one(name: str, edited: Edited) -> ImageArray:
    """Draw "mask", "overlay", "crop" or "compare" as (H, W[, 3 or 4]) uint8."""
    edit, mask = edited.edit, edited.mask
    match name:
        case "mask":
            return _white(mask)
        case "overlay":
            return _overlay(edited)
        case "crop":
            part = morphology.neighbourhood(mask, 0)
            return np.dstack([edit.image[part], _white(mask[part])])
    return draw.summary(edit.image, mask, edit.result, height=edit.image.shape[0])


def draw_all(
    name: str, edited: Edited, folder: Path, known: Sequence[str] = ()
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of one kind: how the name ends, and the bytes.

    Args:
        name: One of `settings.SAVED`.
        edited: What they are about.
        folder: Where they will lie.
        known: Labels that come first where labels are numbered.
    """
    match name:
        case "candidates":
            for number, candidate in enumerate(edited.edit.candidates or (), 1):
                picture = draw.overlay(edited.edit.image, candidate)
                yield f"candidate-{number}.png", photos.to_png(picture)
        case "objects":
            for number, mask in enumerate(edited.objects, 1):
                yield f"object-{number}.png", photos.to_png(_white(mask))
        case "labels":
            yield "labels.png", annotate.label_png(edited.objects)
        case "coco" | "labelme":
            yield ENDINGS[name], _json(_document(name, edited, folder, known))
        case "yolo":
            lines = annotate.labels_of(edited.objects, known)
            yield ENDINGS[name], annotate.yolo(edited.objects, known).encode()
            yield NAMES, "".join(f"{label}\n" for label in lines).encode()
        case _:
            yield f"{name}.png", photos.to_png(draw_one(name, edited))


def _overlay(edited: Edited) -> ImageArray:
    """Draw each object in a colour of its own, with its number, label and score."""
    titles = [
        (judged.box, f"{number} {judged.label} {judged.score:.2f}".replace("  ", " "))
        for number, judged in enumerate(edited.quality, 1)
    ]
    return draw.objects(edited.edit.image, label_map(edited.objects), titles)


def _document(name: str, edited: Edited, folder: Path, known: Sequence[str]) -> dict[str, Any]:
    photo = edited.source
    if name == "coco":
        return annotate.coco(edited.objects, photo.name if photo else "", known)
    near = Path(os.path.relpath(photo, folder)).as_posix() if photo else ""
    return annotate.labelme(edited.objects, near)


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _white(mask: MaskArray) -> ImageArray:
    return mask.astype(np.uint8) * 255
