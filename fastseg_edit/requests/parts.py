"""The parts of a prompt, as they are asked for before the photo is open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from fastseg_edit import photos
from fastseg_edit.requests import coordinates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fastseg_edit.photos.masks import Channel
    from fastseg_edit.requests.coordinates import Click, Corners

COMBINE = ("union", "intersect", "subtract", "add")
"""How a prompt combines with the others, in the order in which that is done: what is added last is
joined, too, and nothing is taken away from it."""

FILELESS = frozenset({"text", "point", "points", "box", "boxes", "everything"})
"""Kinds that never name a file."""

CHANNELS: dict[str, Channel] = {"alpha": "alpha", "luma": "luma", "inverted": "inverted"}


@dataclass(frozen=True)
class Part:
    """One part of a prompt.

    Attributes:
        kind: One of `asker.READERS`.
        value: What is asked for, as the reader of the kind wants it.
        combine: One of `COMBINE`, or "" for what holds for all.
        place: Where in a document it stands, such as "/prompt/0". Empty for a flag.
    """

    kind: str
    value: Any
    combine: str = ""
    place: str = ""


@dataclass(frozen=True)
class MaskFile:
    """A file with a mask.

    Attributes:
        path: The file.
        channel: Which channel holds it.
        fit: True to stretch a mask of another size over the photo.
    """

    path: Path
    channel: Channel = "auto"
    fit: bool = False


@dataclass(frozen=True)
class Runs:
    """A mask as COCO's run lengths: what `annotate.runlengths` writes."""

    document: Mapping[str, Any]


Where: TypeAlias = "MaskFile | Runs | Corners"
"""A mask, or a box."""


@dataclass(frozen=True)
class Clicks:
    """Clicks that together describe one object, and perhaps the box that it lies in."""

    clicks: tuple[Click, ...]
    within: Corners | None = None


@dataclass(frozen=True)
class Rectangles:
    """Boxes, each around one object, and how sure the finder of each was, if it was one."""

    boxes: tuple[Corners, ...]
    scores: tuple[float, ...] = ()


@dataclass(frozen=True)
class Likeness:
    """Another photo that shows the object.

    Attributes:
        photo: Its file, or the bytes of one.
        where: Where the object is in it. None if it is all over.
    """

    photo: Path | bytes
    where: Where | None = None


def mask_file(text: str, fit: bool = False) -> MaskFile:
    """Return the file and the channel of FILE[:alpha|luma|inverted]."""
    path, _, ending = text.rpartition(":")
    channel = CHANNELS.get(ending)
    return MaskFile(Path(path), channel, fit) if channel and path else MaskFile(Path(text), fit=fit)


def reference_file(text: str) -> tuple[str, str]:
    """Return the photo, and the box or the mask's file or "", of FILE[@BOX|@MASK].

    What stands before the mask has the ending of a photo, so photo@2x.png is one file.
    """
    endings = "|".join(map(re.escape, photos.ENDINGS))
    if split := re.fullmatch(rf"(.+?(?:{endings}))@(.+)", text, re.IGNORECASE):
        return split[1], split[2]
    path, _, place = text.rpartition("@")
    return (path, place) if path and is_numbers(place) else (text, "")


def likeness(text: str) -> Likeness:
    """Return what FILE[@BOX|@MASK] stands for."""
    path, place = reference_file(text)
    return Likeness(Path(path), where(place) if place else None)


def where(text: str, fit: bool = False) -> Where:
    """Return the box or the mask's file that a text stands for."""
    return coordinates.read(text, coordinates.BOX) if is_numbers(text) else mask_file(text, fit)


def is_numbers(text: str) -> bool:
    """Tell whether a text can only be coordinates, not the name of a file."""
    return bool(text) and not text.strip("0123456789.,-+%e ")


def files(parts: Iterable[Part]) -> Iterator[Path]:
    """Yield the files that parts of a prompt read."""
    for part in parts:
        if part.kind not in FILELESS:
            yield from _files(part.value)


def _files(value: Any) -> Iterator[Path]:
    match value:
        case Path():
            yield value
        case MaskFile(path):
            yield path
        case Likeness(photo, place):
            yield from _files(photo)
            yield from _files(place)
        case tuple():
            for each in value:
                yield from _files(each)
        case Part(value=inner):
            yield from _files(inner)
