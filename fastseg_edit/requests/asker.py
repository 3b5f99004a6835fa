"""Parts of a prompt turned into a prompt, once the size of the photo is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import photos, placing
from fastseg_edit.annotate import runlengths
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
from fastseg_edit.requests import coordinates
from fastseg_edit.requests.parts import COMBINE, MaskFile, Part, Runs
from fastseg_edit.requests.problems import placed_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.requests.coordinates import Click, Corners
    from fastseg_edit.requests.parts import Clicks, Likeness, Rectangles, Where


@dataclass(frozen=True)
class Asker:
    """Reads parts of a prompt for one photo.

    Args:
        size: (height, width) of the photo, for shares and masks.
        whole: True to take all of the photo where parts say only what not to select of it.
    """

    size: tuple[int, int]
    whole: bool = False

    def prompt(
        self, parts: Sequence[Part], combine: str = "union", separate: bool = False
    ) -> Prompt:
        """Return what the parts select.

        All that is joined comes first, then what is intersected, then what is subtracted, and at
        last what is added.

        Args:
            parts: At least one.
            combine: How those combine that do not say it: one of `COMBINE`, or "within": the
                clicks describe the object in the one box.
            separate: True if each click is on an object of its own, and not all on one.

        Raises:
            PromptError: If there is no prompt, or one makes no sense.
        """
        given, read = list(parts), list[tuple[str, Prompt]]()
        if combine == "within" or _only_corrects(given):
            combine = "union" if combine == "within" else combine
            read.append(("", self._within(given)))
        for group in _grouped(given, separate):
            with placed_at(group[0].place if group[0].kind != "prompt" else ""):
                values = [part.value for part in group]
                read.append((group[0].combine, READERS[group[0].kind](self, values)))
        if self.whole and not any(how in ("", "union") for how, _ in read):
            read.insert(0, ("union", Mask(np.ones(self.size, bool))))
        if not read:
            raise nothing_asked()
        return _joined(read, combine)

    def avoided(self, places: Sequence[Where]) -> MaskArray | None:
        """Return where nothing may be copied from, (H, W) bool, or None."""
        if not places:
            return None
        avoid = np.zeros(self.size, bool)
        for place in places:
            if isinstance(place, tuple):
                corners = coordinates.placed(place, self.size)
                left, top, right, bottom = (max(round(edge), 0) for edge in corners)
                avoid[top:bottom, left:right] = True
            else:
                avoid |= self._pixels(place)
        return avoid

    def _within(self, given: list[Part]) -> Points:
        """Take the one box and the clicks that are not told to combine otherwise out of `given`."""
        boxes, clicks = (_plain(given, kind) for kind in ("box", "point"))
        if len(boxes) != 1 or not clicks:
            raise PromptError("E_SPEC", "--combine within wants one --box and some --point")
        given[:] = [part for part in given if part not in (*boxes, *clicks)]
        return self._points([part.value for part in clicks], boxes[0].value)

    def _points(self, clicks: Sequence[Click], within: Corners | None = None) -> Points:
        xy = tuple(coordinates.placed(click[:2], self.size) for click in clicks)
        box = None if within is None else coordinates.box(within, self.size)
        return Points(xy, tuple(click.on for click in clicks), box)  # type: ignore[arg-type]  # pairs

    def _clicks(self, given: Clicks) -> Points:
        return self._points(given.clicks, given.within)

    def _boxes(self, given: Rectangles) -> Boxes:
        return Boxes(tuple(coordinates.box(box, self.size) for box in given.boxes), given.scores)

    def _pixels(self, given: MaskFile | Runs) -> MaskArray:
        if isinstance(given, MaskFile):
            return photos.open_mask(given.path, self.size, given.channel, given.fit)
        runlengths.check(given.document)
        height, width = given.document["size"]
        if (height, width) != self.size:
            sizes = f"{width}x{height}, the photo is {self.size[1]}x{self.size[0]}"
            raise PromptError("E_MASK_SIZE", f"the mask is {sizes}")
        return runlengths.read(given.document)

    def _scribble(self, given: Path | tuple[Runs, Runs]) -> Scribble:
        if isinstance(given, tuple):
            return Scribble(*(self._pixels(runs) for runs in given))
        return Scribble(*photos.open_scribble(given, self.size))

    def _references(self, given: Sequence[Likeness | Sequence[Likeness]]) -> Reference:
        flat = [one for each in given for one in (each if isinstance(each, tuple) else (each,))]
        first, *more = (_reference(one) for one in flat)
        return replace(first, more=tuple(more))


READERS: dict[str, Any] = {
    "point": Asker._points,
    "box": lambda self, boxes: Boxes((coordinates.box(boxes[0], self.size),)),
    "text": lambda _, words: Text(words[0]),
    "ref": Asker._references,
    "mask": lambda self, masks: Mask(self._pixels(masks[0])),
    "rough": lambda self, masks: Rough(self._pixels(masks[0])),
    "scribble": lambda self, strokes: self._scribble(strokes[0]),
    "points": lambda self, given: self._clicks(given[0]),
    "boxes": lambda self, given: self._boxes(given[0]),
    "everything": lambda _self, _given: Everything(),
    "prompt": lambda self, given: self.prompt(given[0]),
}
"""How the values of each kind become a prompt: of clicks and references all at once that combine
alike, since they describe one object; of all others one at a time."""


def nothing_asked() -> PromptError:
    """Return the error of an edit without a prompt."""
    return PromptError(
        "E_SPEC",
        "nothing says what to select",
        "Give --point X,Y or --box LEFT,TOP,RIGHT,BOTTOM, or --mask FILE, or --text WORDS.",
    )


def _reference(given: Likeness) -> Reference:
    """Open what a reference shows."""
    image = photos.open_photo(given.photo).rgb
    asker = Asker(image.shape[:2])
    if isinstance(given.where, tuple):
        placing.check(Boxes((coordinates.box(given.where, asker.size),)), asker.size)
    return Reference(image, asker.avoided([given.where] if given.where else []))


def _grouped(given: Sequence[Part], separate: bool) -> list[list[Part]]:
    """Return the parts in order, and together those that describe one object."""
    groups = dict[Any, list[Part]]()
    for number, part in enumerate(given):
        if separate and part.kind == "point":
            _on_an_object(part)
        alone = part.kind not in ("point", "ref") or (separate and part.kind == "point")
        groups.setdefault(number if alone else (part.kind, part.combine), []).append(part)
    return list(groups.values())


def _on_an_object(part: Part) -> None:
    """Refuse a click beside an object where each click is an object of its own."""
    if not part.value.on:
        click = ",".join(coordinates.shown(each) for each in part.value[:2])
        raise PromptError(
            "E_NO_POSITIVE",
            f"with --separate each click is an object, and '{click},-' is none",
            "Leave --separate out, or give the object a --box.",
        )


def _plain(given: Sequence[Part], kind: str) -> list[Part]:
    return [part for part in given if part.kind == kind and not part.combine]


def _only_corrects(given: Sequence[Part]) -> bool:
    """Tell whether one box comes with clicks that all say what the object is not."""
    boxes, clicks = (_plain(given, kind) for kind in ("box", "point"))
    return len(boxes) == 1 and bool(clicks) and not any(part.value.on for part in clicks)


def _joined(parts: list[tuple[str, Prompt]], combine: str) -> Prompt:
    """Put prompts together: joined, then intersected, then subtracted, and at last added."""
    first = next((part for how, part in parts if not how), None)
    named: list[tuple[Any, Prompt]] = [
        (how or ("union" if part is first else combine), part) for how, part in parts
    ]
    ordered = sorted(named, key=lambda part: COMBINE.index(part[0]))
    if ordered[0][0] != "union":
        raise PromptError("E_SPEC", f"nothing to {ordered[0][0]} from; add a prompt without it")
    signs = {"add": "union"}
    return reduce(
        lambda joined, part: Combined(signs.get(part[0], part[0]), joined, part[1]),
        ordered[1:],
        ordered[0][1],
    )
