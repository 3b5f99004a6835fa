"""Photo, mask over photo, and result of an item as small pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from fastseg_edit import photos
from fastseg_edit.annotate import runlengths
from fastseg_edit.batching.manifests import besides
from fastseg_edit.errors import FastsegError, told
from fastseg_edit.ops import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.batching.report.entries import Entry
    from fastseg_edit.batching.storage.stores import Store

LABELS = ("photo", "mask", "result")

SHOWN = 0.25
"""Share of a small pixel that the mask must cover to show there. Below a half, so that what is thin
does not vanish."""


SAMPLES = 4
"""How many pixels of a mask count for a small one, along each side: all would take far longer."""


class Thumbnail(NamedTuple):
    """One small picture, or why there is none.

    Attributes:
        label: One of `LABELS`.
        picture: (H, W, 3) uint8, or None.
        missing: Why there is no picture.
    """

    label: str
    picture: ImageArray | None
    missing: str = ""


class Seen(NamedTuple):
    """An item whose pictures are to be made.

    Attributes:
        entry: The item.
        files: The names of its files in the store of results.
    """

    entry: Entry
    files: tuple[str, ...]


def make(
    seen: Seen, sources: Store, results: Store, most: tuple[int, int]
) -> tuple[Thumbnail, ...]:
    """Return the small pictures of an item: photo, mask over photo, and result.

    What came of a selection is a mask, so that it has no result besides. A file that is gone or
    damaged gives words instead of a picture.

    Args:
        seen: The item.
        sources: The store of photos.
        results: The store of results.
        most: (width, height) that a picture has at the most.
    """
    entry, files = seen
    photo = _picture("photo", lambda: photos.open_small(sources.source(entry.photo), most))
    if not files:
        known = entry.facts.get("mask_box")
        seen_mask = _picture("mask", lambda: _masked(seen, photo.picture, None, results))
        return (photo, seen_mask) if known else (photo,)
    result = _picture("result", lambda: photos.open_small(results.source(entry.output), most))
    mask = _picture("mask", lambda: _masked(seen, photo.picture, result.picture, results))
    is_mask = entry.operation == "segment"
    return (photo, mask) if is_mask and mask.picture is not None else (photo, mask, result)


def _picture(label: str, make_it: Callable[[], ImageArray]) -> Thumbnail:
    try:
        return Thumbnail(label, make_it())
    except Exception as error:  # one item must not stop the others
        return Thumbnail(label, None, told(error).message)


def _masked(
    seen: Seen, photo: ImageArray | None, result: ImageArray | None, results: Store
) -> ImageArray:
    """Draw the mask over the photo, or over the result if only that is there, or fits better."""
    size, mask = _mask(seen, results)
    grounds = [each for each in (photo, result) if each is not None]
    ground = min(grounds, key=lambda each: _unlike(each, size), default=None)
    if ground is None:
        raise FastsegError("E_INPUT_MISSING", "neither photo nor result can be read")
    if mask is None:
        box = seen.entry.facts["mask_box"]
        scale = ground.shape[1] / size[1]
        return draw.box(ground, [edge * scale for edge in box])
    height, width = ground.shape[:2]
    step = max(min(mask.shape[0] // height, mask.shape[1] // width) // SAMPLES, 1)
    levels = mask[::step, ::step].astype(np.uint8) * np.uint8(255)
    share = cv2.resize(levels, (width, height), interpolation=cv2.INTER_AREA)
    return draw.overlay(ground, share >= SHOWN * 255)


def _unlike(image: ImageArray, size: tuple[int, int]) -> float:
    """Tell how far a picture is from the proportions of a size; a little for rounding is free."""
    unlike = abs(image.shape[1] / image.shape[0] / (size[1] / size[0]) - 1)
    return unlike if unlike > 0.02 else 0.0


def _mask(seen: Seen, results: Store) -> tuple[tuple[int, int], MaskArray | None]:
    """Return the size (height, width) of a mask, and it: None if only its box is known.

    Raises:
        FastsegError: If nothing is known of it.
    """
    if seen.entry.nothing_found:
        raise FastsegError("E_NO_OBJECT", "nothing found")
    copied = seen.entry.state == "unchanged"  # so that its record has an empty mask
    for make_it in () if copied else (_recorded, _saved):
        for mask in make_it(seen, results):
            return (mask.shape[0], mask.shape[1]), mask
    facts = seen.entry.facts
    if facts.get("mask_box") and facts.get("size"):
        return (facts["size"][1], facts["size"][0]), None
    raise FastsegError("E_INPUT_MISSING", "no mask was kept")


def _recorded(seen: Seen, results: Store) -> Iterator[MaskArray]:
    """Yield the mask of the record beside the result: of all its edits together."""
    name = besides.beside(seen.entry.output, "edit.json")
    if name not in seen.files:
        return
    try:
        record = json.loads(results.read(name))
        edits = record["edits"] if isinstance(record, Mapping) else []
        masks = [runlengths.read(each["mask"], _size(edits)) for each in edits]
    except (FastsegError, ValueError, LookupError, TypeError):  # there are other ways to know it
        return
    if masks:
        yield np.logical_or.reduce(masks)


def _size(edits: list[Any]) -> tuple[int, ...]:
    """Return the size of the first mask: those of the steps of one item are alike."""
    return tuple(edits[0]["mask"]["size"])


def _saved(seen: Seen, results: Store) -> Iterator[MaskArray]:
    """Yield the mask that was written as a picture: beside the result, or as the result itself."""
    beside = besides.beside(seen.entry.output, "mask.png")
    own = (seen.entry.output,) if seen.entry.operation == "segment" else ()
    for name in (beside, *own):
        if name in seen.files:
            try:
                yield photos.open_photo(results.source(name)).rgb[..., 0] > 127
            except FastsegError:  # the next one may do
                continue
