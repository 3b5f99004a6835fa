"""Prompt flags of the command line turned into a prompt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import photos, placing
from fastseg_edit.apps import texts
from fastseg_edit.errors import PromptError
from fastseg_edit.prompt import (
    Boxes,
    Combined,
    Everything,
    Mask,
    Points,
    Prompt,
    Reference,
    Rough,
    Scribble,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.prompt import Box


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

        All that is joined comes first, then what is intersected, then what is subtracted, and at
        last what is added.

        Raises:
            PromptError: If there is no prompt, or one makes no sense.
        """
        split = {kind: [texts.operation(text) for text in given[kind]] for kind in READERS}
        combine, parts = given["combine"], list[tuple[str, Prompt]]()
        if given["everything"]:
            parts.append(("", Everything()))
            split["text"] = [part for part in split["text"] if part[0]]  # the others are labels
        if combine == "within" or _only_corrects(split):
            combine = "union" if combine == "within" else combine
            parts.append(("", self._within(split)))
        for kind, values in split.items():
            parts += self._parts(kind, values, given["separate"])
        if not parts:
            raise PromptError(
                "E_SPEC",
                "nothing says what to select",
                "Give --point X,Y or --box LEFT,TOP,RIGHT,BOTTOM, or --mask FILE, or --text WORDS.",
            )
        return _joined(parts, combine)

    def avoided(self, places: Sequence[str]) -> MaskArray | None:
        """Return where nothing may be copied from, (H, W) bool, or None."""
        if not places:
            return None
        avoid = np.zeros(self.size, bool)
        for place in places:
            if texts.is_numbers(place):
                left, top, right, bottom = (round(edge) for edge in self._box(place))
                avoid[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
            else:
                avoid |= self._mask(place).pixels
        return avoid

    def _within(self, split: dict[str, list[tuple[str, str]]]) -> Points:
        """Take the one box and the clicks that are not told to combine otherwise out of `split`."""
        boxes = [value for how, value in split["box"] if not how]
        points = [value for how, value in split["point"] if not how]
        if len(boxes) != 1 or not points:
            raise PromptError("E_SPEC", "--combine within wants one --box and some --point")
        for kind in ("box", "point"):
            split[kind] = [part for part in split[kind] if part[0]]
        return self._points(points, self._box(boxes[0]))

    def _parts(
        self, kind: str, split: list[tuple[str, str]], apart: bool
    ) -> list[tuple[str, Prompt]]:
        """Return the prompts of one kind, each with how it says that it combines, or ""."""
        if kind == "point" and apart:
            return [(how, self._points([_on_an_object(value)])) for how, value in split]
        if kind not in ("point", "ref"):
            return [(how, READERS[kind](self, value)) for how, value in split]
        # Several clicks describe one object, and so do several references.
        grouped = {how: [v for h, v in split if h == how] for how, _ in split}
        return [(how, READERS[kind](self, group)) for how, group in grouped.items()]

    def _points(self, values: list[str], box: Box | None = None) -> Points:
        labelled = [texts.label(value) for value in values]
        clicks = [texts.coordinates(xy, self.size, "--point X,Y") for xy, _ in labelled]
        return Points(tuple((x, y) for x, y in clicks), tuple(on for _, on in labelled), box)

    def _box(self, text: str) -> Box:
        form = "--box LEFT,TOP,RIGHT,BOTTOM"
        left, top, right, bottom = texts.coordinates(text, self.size, form)
        return left, top, right, bottom

    def _mask(self, text: str) -> Mask:
        path, channel = texts.mask_file(text)
        return Mask(photos.open_mask(path, self.size, channel, self.fit))

    def _rough(self, text: str) -> Rough:
        return Rough(self._mask(text).pixels)

    def _scribble(self, text: str) -> Scribble:
        return Scribble(*photos.open_scribble(text, self.size))

    def _references(self, values: list[str]) -> Reference:
        first, *more = (_reference(value) for value in values)
        return replace(first, more=tuple(more))


READERS: dict[str, Any] = {
    "point": Asker._points,
    "box": lambda self, text: Boxes((self._box(text),)),
    "text": lambda _, text: Text(text),
    "ref": Asker._references,
    "mask": Asker._mask,
    "rough": Asker._rough,
    "scribble": Asker._scribble,
}
"""How the value of each flag becomes a prompt; all values of a click or a reference at once."""


def _reference(text: str) -> Reference:
    """Return what FILE[@BOX|@MASK] shows."""
    path, place = texts.reference_file(text)
    image = photos.open_photo(path).rgb
    asker = Asker(image.shape[:2])
    if texts.is_numbers(place):
        placing.check(Boxes((asker._box(place),)), asker.size)
    return Reference(image, asker.avoided([place] if place else []))


def _on_an_object(click: str) -> str:
    """Refuse a click beside an object where each click is an object of its own."""
    if click.endswith(",-"):
        raise PromptError(
            "E_NO_POSITIVE",
            f"with --separate each click is an object, and {click!r} is none",
            "Leave --separate out, or give the object a --box.",
        )
    return click


def _only_corrects(split: Mapping[str, list[tuple[str, str]]]) -> bool:
    """Tell whether one box comes with clicks that all say what the object is not."""
    boxes = [value for how, value in split["box"] if not how]
    points = [value for how, value in split["point"] if not how]
    return len(boxes) == 1 and bool(points) and all(point.endswith(",-") for point in points)


def _joined(parts: list[tuple[str, Prompt]], combine: str) -> Prompt:
    """Put prompts together: joined, then intersected, then subtracted, and at last added."""
    first = next((part for how, part in parts if not how), None)
    named: list[tuple[Any, Prompt]] = [
        (how or ("union" if part is first else combine), part) for how, part in parts
    ]
    ordered = sorted(named, key=lambda part: texts.OPERATIONS.index(part[0]))
    if ordered[0][0] != "union":
        raise PromptError("E_SPEC", f"nothing to {ordered[0][0]} from; add a prompt without it")
    signs = {"add": "union"}
    return reduce(
        lambda joined, part: Combined(signs.get(part[0], part[0]), joined, part[1]),
        ordered[1:],
        ordered[0][1],
    )
