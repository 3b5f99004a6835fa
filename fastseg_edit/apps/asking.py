"""Prompt flags of the command line turned into a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import photos
from fastseg_edit.errors import PromptError, SpecError
from fastseg_edit.prompt import (
    Boxes,
    Combined,
    Everything,
    Mask,
    Points,
    Prompt,
    Reference,
    Scribble,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.photos.masks import Channel
    from fastseg_edit.prompt import Box

OPERATIONS = ("union", "intersect", "subtract")
CHANNELS: dict[str, Channel] = {"alpha": "alpha", "luma": "luma", "inverted": "inverted"}


@dataclass(frozen=True)
class Asker:
    """Reads prompt flags for one photo.

    Args:
        size: (height, width) of the photo, for shares and masks.
        fit: Scale masks of another size instead of refusing them.
    """

    size: tuple[int, int]
    fit: bool = False

    def prompt(self, given: Mapping[str, Any]) -> Prompt:
        """Return what the flags select.

        All that is joined comes first, then what is intersected, then what is subtracted.

        Raises:
            PromptError: If there is no prompt, or one makes no sense.
        """
        combine = given["combine"]
        if combine == "within" or self._only_corrects(given):
            return self._within(given)
        parts = [part for kind in READERS for part in self._parts(kind, given[kind])]
        if given["everything"]:
            parts.insert(0, ("", Everything()))
        if not parts:
            raise PromptError(
                "E_SPEC",
                "nothing says what to select",
                "Give --point X,Y or --box LEFT,TOP,RIGHT,BOTTOM or --mask FILE.",
            )
        return _joined(parts, combine)

    def avoided(self, places: tuple[str, ...]) -> MaskArray | None:
        """Return where nothing may be copied from, (H, W) bool, or None."""
        if not places:
            return None
        avoid = np.zeros(self.size, bool)
        for place in places:
            if _is_numbers(place):
                left, top, right, bottom = (round(edge) for edge in self._box(place))
                avoid[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
            else:
                avoid |= self._mask(place)
        return avoid

    def _only_corrects(self, given: Mapping[str, Any]) -> bool:
        """Tell whether one box comes with nothing but clicks on what is not the object."""
        points = given["point"]
        return len(given["box"]) == 1 and bool(points) and all(p.endswith(",-") for p in points)

    def _within(self, given: Mapping[str, Any]) -> Points:
        if len(given["box"]) != 1 or not given["point"]:
            raise PromptError("E_SPEC", "--combine within wants one --box and some --point")
        points = [self._point(text) for text in given["point"]]
        return Points(
            tuple(xy for xy, _ in points),
            tuple(label for _, label in points),
            self._box(given["box"][0]),
        )

    def _parts(self, kind: str, values: tuple[str, ...]) -> list[tuple[str, Prompt]]:
        """Return the prompts of one kind, each with how it says that it combines, or ""."""
        split = [_split(value) for value in values]
        if kind != "point":
            return [(how, READERS[kind](self, value)) for how, value in split]
        grouped = {how: [v for h, v in split if h == how] for how, _ in split}
        return [(how, self._points(group)) for how, group in grouped.items()]

    def _points(self, values: list[str]) -> Points:
        points = [self._point(value) for value in values]
        return Points(tuple(xy for xy, _ in points), tuple(label for _, label in points))

    def _point(self, text: str) -> tuple[tuple[float, float], int]:
        numbers, label = text, 1
        if text.endswith((",+", ",-")):
            numbers, label = text[:-2], int(text.endswith("+"))
        x, y = self._coordinates(numbers, 2, "--point X,Y[,+|-]")
        return (x, y), label

    def _box(self, text: str) -> Box:
        left, top, right, bottom = self._coordinates(text, 4, "--box LEFT,TOP,RIGHT,BOTTOM")
        return left, top, right, bottom

    def _coordinates(self, text: str, count: int, form: str) -> list[float]:
        parts = text.split(",")
        try:
            numbers = [
                float(part.rstrip("%")) * (self.size[1 - place % 2] / 100 if "%" in part else 1)
                for place, part in enumerate(parts)
            ]
        except ValueError:
            numbers = []
        if len(numbers) != count:
            raise SpecError("E_SPEC", f"{form} was wanted, got {text!r}")
        return numbers

    def _mask(self, text: str) -> MaskArray:
        path, _, ending = text.rpartition(":")
        channel = CHANNELS.get(ending)
        if channel is None or not path:
            return photos.open_mask(text, self.size, fit=self.fit)
        return photos.open_mask(path, self.size, channel, self.fit)

    def _scribble(self, text: str) -> Scribble:
        return Scribble(*photos.open_scribble(text, self.size))

    def _reference(self, text: str) -> Reference:
        path, _, place = text.rpartition("@")
        if not path or not _is_numbers(place):
            return Reference(photos.open_photo(text).rgb)
        image = photos.open_photo(path).rgb
        mask = Asker(image.shape[:2]).avoided((place,))
        return Reference(image, mask)


READERS: dict[str, Any] = {
    "point": Asker._points,
    "box": lambda self, text: Boxes((self._box(text),)),
    "text": lambda _, text: Text(text),
    "ref": Asker._reference,
    "mask": lambda self, text: Mask(self._mask(text)),
    "scribble": Asker._scribble,
}


def files(given: Mapping[str, Any]) -> list[str]:
    """Return the files that prompt flags read, which no output may overwrite."""
    named = [*given["mask"], *given["scribble"], *given["ref"], *given["avoid"]]
    bare = [_split(text)[1] for text in named]
    trimmed = [text.rpartition(":")[0] if text.endswith(tuple(CHANNELS)) else text for text in bare]
    return [text.rpartition("@")[0] or text for text in trimmed if not _is_numbers(text)]


def _joined(parts: list[tuple[str, Prompt]], combine: str) -> Prompt:
    """Put prompts together: first what is joined, then what is intersected, then subtracted."""
    first = next((part for part in parts if not part[0]), None)
    named: list[tuple[Any, Prompt]] = [
        (how or ("union" if first and part is first[1] else combine), part) for how, part in parts
    ]
    ordered = sorted(named, key=lambda part: OPERATIONS.index(part[0]))
    if ordered[0][0] != "union":
        raise PromptError("E_SPEC", f"nothing to {ordered[0][0]} from; add a prompt without it")
    return reduce(
        lambda joined, part: Combined(part[0], joined, part[1]), ordered[1:], ordered[0][1]
    )


def _split(text: str) -> tuple[str, str]:
    """Return how a prompt says that it combines, or "", and the prompt itself."""
    value, _, how = text.rpartition(":")
    return (how, value) if how in OPERATIONS and value else ("", text)


def _is_numbers(text: str) -> bool:
    return not text.strip("0123456789.,-+%e ")
