"""What the texts behind prompt flags say, before any file is opened."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit.requests import coordinates
from fastseg_edit.requests.parts import COMBINE, Part, likeness, mask_file, where
from fastseg_edit.stages import wording
from fastseg_edit.stages.label import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastseg_edit.requests.parts import Where

KINDS = ("point", "box", "text", "ref", "mask", "rough", "scribble")
"""Flags that say what to select, in the order in which they count."""


def operation(text: str) -> tuple[str, str]:
    """Return how a prompt says that it combines, or "", and the prompt itself."""
    value, _, how = text.rpartition(":")
    return (how, value) if how in COMBINE and value else ("", text)


def parts(given: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the parts of the prompt that flags ask for.

    Raises:
        SpecError: With E_SPEC, if coordinates are none.
    """
    if given["everything"]:
        yield Part("everything", None)
    fitted = partial(mask_file, fit=given["mask_resize"] == "fit")
    read = {**_READERS, "mask": fitted, "rough": fitted}
    for kind in KINDS:
        for how, value in map(operation, given[kind]):
            if kind != "text" or how or not given["everything"]:  # the others are labels
                yield Part(kind, read[kind](value), how)


def avoided(given: Mapping[str, Any]) -> tuple[Where, ...]:
    """Return where --avoid lets nothing be copied from. Errors as for `parts`."""
    return tuple(where(text, given["mask_resize"] == "fit") for text in given["avoid"])


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


_READERS: dict[str, Any] = {
    "point": partial(coordinates.click, form=f"--point {coordinates.POINT}"),
    "box": partial(coordinates.read, form=f"--box {coordinates.BOX}"),
    "text": str,
    "ref": likeness,
    "scribble": Path,
}
"""What the value of a flag stands for."""


def printable(text: str) -> str:
    """Return a text with escapes for line breaks and all else that a terminal would obey."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text
    )
