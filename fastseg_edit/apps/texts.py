"""What the texts behind prompt flags say, before any file is opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fastseg_edit import photos
from fastseg_edit.errors import SpecError
from fastseg_edit.stages import wording
from fastseg_edit.stages.label import OTHER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.photos.masks import Channel

OPERATIONS = ("union", "intersect", "subtract", "add")
"""How a prompt combines with the others, in the order in which that is done: what is added last is
joined, too, and nothing is taken away from it."""

CHANNELS: dict[str, Channel] = {"alpha": "alpha", "luma": "luma", "inverted": "inverted"}


def operation(text: str) -> tuple[str, str]:
    """Return how a prompt says that it combines, or "", and the prompt itself."""
    value, _, how = text.rpartition(":")
    return (how, value) if how in OPERATIONS and value else ("", text)


def mask_file(text: str) -> tuple[str, Channel]:
    """Return the file and the channel of FILE[:alpha|luma|inverted]."""
    path, _, ending = text.rpartition(":")
    channel = CHANNELS.get(ending)
    return (path, channel) if channel and path else (text, "auto")


def reference_file(text: str) -> tuple[str, str]:
    """Return the photo, and the box or the mask's file or "", of FILE[@BOX|@MASK].

    What stands before the mask has the ending of a photo, so photo@2x.png is one file.
    """
    endings = "|".join(map(re.escape, photos.ENDINGS))
    if split := re.fullmatch(rf"(.+?(?:{endings}))@(.+)", text, re.IGNORECASE):
        return split[1], split[2]
    path, _, place = text.rpartition("@")
    return (path, place) if path and is_numbers(place) else (text, "")


def is_numbers(text: str) -> bool:
    """Tell whether a text can only be coordinates, not the name of a file."""
    return bool(text) and not text.strip("0123456789.,-+%e ")


def files(given: Mapping[str, Any]) -> list[str]:
    """Return the files that the prompt flags read, which no output may overwrite."""
    masks = [operation(text)[1] for text in (*given["mask"], *given["rough"])]
    masks += [text for text in given["avoid"] if not is_numbers(text)]
    return [
        *(mask_file(text)[0] for text in masks),
        *(operation(text)[1] for text in given["scribble"]),
        *(file for text in given["ref"] for file in _of_reference(operation(text)[1])),
    ]


def labels(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the masks of everything are labelled with, "other" last; none of other prompts.

    Words that say how they combine select, and label nothing.
    """
    words = [value for how, value in map(operation, given["text"]) if not how]
    return (*words, OTHER) if given["everything"] and words else ()


def classes(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the labels that are known before the edit, in the order in which they are numbered.

    The same words number them alike in every photo, whatever is found there.
    """
    words = [value for how, value in map(operation, given["text"]) if not how]
    named = (wording.read(each).one for each in words if each.strip())
    return labels(given) or tuple(dict.fromkeys(name for name in named if name))


def _of_reference(text: str) -> list[str]:
    path, place = reference_file(text)
    return [path] if not place or is_numbers(place) else [path, mask_file(place)[0]]


def label(text: str) -> tuple[str, int]:
    """Return the coordinates of X,Y[,+|-], and 1 for a click on the object, 0 for one beside it."""
    if text.endswith((",+", ",-")):
        return text[:-2], int(text.endswith("+"))
    return text, 1


def coordinates(text: str, size: tuple[int, int], form: str) -> list[float]:
    """Return x and y in turn, in pixels.

    Args:
        text: Numbers with commas between them; 30% is a share of the photo's side.
        size: (height, width) of the photo.
        form: What was asked for, such as "--point X,Y".

    Raises:
        SpecError: With E_SPEC, if it is something else.
    """
    parts = text.split(",")
    try:
        numbers = [
            float(part.strip().removesuffix("%"))
            * (size[1 - place % 2] / 100 if "%" in part else 1)
            for place, part in enumerate(parts)
        ]
    except ValueError:
        numbers = []
    if len(numbers) != form.count(",") + 1:
        raise SpecError("E_SPEC", f"{form} was wanted, got {text!r}")
    return numbers
