"""What to select in a photo, and how selections combine.

Coordinates are pixels (x, y) of the upright photo: origin at the top left corner, x to the right,
y down. Prompts combine with `|` (union), `&` (intersect) and `-` (subtract):

    >>> Text("the dog") - Boxes.around(10, 10, 90, 90) | Points.at(300, 200)
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from fastseg_edit.errors import PromptError

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray

Box: TypeAlias = tuple[float, float, float, float]
"""(left, top, right, bottom) in pixels; right and bottom lie outside."""


class Prompt:
    """Anything that selects a part of a photo. Combine with `|`, `&` and `-`."""

    def __or__(self, other: Prompt) -> Combined:
        return Combined("union", self, other)

    def __and__(self, other: Prompt) -> Combined:
        return Combined("intersect", self, other)

    def __sub__(self, other: Prompt) -> Combined:
        return Combined("subtract", self, other)


@dataclass(frozen=True)
class Combined(Prompt):
    """Two selections put together.

    Attributes:
        operation: "union", "intersect", or "subtract" for `left` without `right`.
        left: The first selection.
        right: The second one.
    """

    operation: Literal["union", "intersect", "subtract"]
    left: Prompt
    right: Prompt

    def __post_init__(self) -> None:
        for part in (self.left, self.right):
            if not isinstance(part, Prompt):
                raise PromptError("E_SPEC", f"a prompt combines with a prompt, got {part!r}")

    def __repr__(self) -> str:
        sign = {"union": "|", "intersect": "&", "subtract": "-"}[self.operation]
        return f"({self.left!r} {sign} {self.right!r})"


@dataclass(frozen=True)
class Points(Prompt):
    """Clicks that together describe one object.

    Attributes:
        xy: The clicks, in pixels.
        labels: For each click, 1 if it lies on the object and 0 if it does not.
            Left out, every click lies on the object.
        box: The object lies in here, if it is known.
    """

    xy: tuple[tuple[float, float], ...]
    labels: tuple[int, ...] = ()
    box: Box | None = None

    def __post_init__(self) -> None:
        clicks = _rows(self.xy, 2, "For one click write Points.at(x, y).")
        object.__setattr__(self, "xy", clicks)
        if not self.labels:
            object.__setattr__(self, "labels", (1,) * len(self.xy))
        if len(self.labels) != len(self.xy):
            count = f"{len(self.xy)} clicks but {len(self.labels)} labels"
            raise PromptError("E_SPEC", count)
        if not self.box and 1 not in self.labels:
            raise PromptError(
                "E_NO_POSITIVE",
                "every click says what the object is not",
                "Add a click on the object, or a box around it.",
            )
        if not np.isfinite(self.xy).all():
            raise PromptError("E_POINT_RANGE", f"a click is not a number: {self.xy}")
        if self.box:
            _check(self.box)

    @classmethod
    def at(cls, x: float, y: float) -> Points:
        """One click on the object."""
        return cls(((x, y),))

    @classmethod
    def separate(cls, *clicks: tuple[float, float]) -> Prompt:
        """Clicks that each lie on an object of its own."""
        return reduce(operator.or_, (cls.at(x, y) for x, y in clicks))


@dataclass(frozen=True)
class Boxes(Prompt):
    """Rectangles, each around one object.

    Attributes:
        xyxy: For each box (left, top, right, bottom) in pixels; right and bottom lie outside.
        scores: How sure the finder of each box was, 0 to 1. Empty for boxes drawn by hand.
    """

    xyxy: tuple[Box, ...]
    scores: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        hint = "For one box write Boxes.around(left, top, right, bottom)."
        object.__setattr__(self, "xyxy", _rows(self.xyxy, 4, hint))
        for box in self.xyxy:
            _check(box)
        if self.scores and len(self.scores) != len(self.xyxy):
            message = f"{len(self.xyxy)} boxes but {len(self.scores)} scores"
            raise PromptError("E_SPEC", message)

    @classmethod
    def around(cls, left: float, top: float, right: float, bottom: float) -> Boxes:
        """One box."""
        return cls(((left, top, right, bottom),))


@dataclass(frozen=True)
class Text(Prompt):
    """Words that name the object, such as "the red car"."""

    words: str

    def __post_init__(self) -> None:
        if not isinstance(self.words, str) or not self.words.strip() or "\0" in self.words:
            raise PromptError("E_TEXT_EMPTY", f"a text prompt needs words, got {self.words!r}")


@dataclass(frozen=True, eq=False)
class Reference(Prompt):
    """Another photo that shows the object, and where it is in there.

    Attributes:
        image: (H, W, 3) uint8 RGB.
        mask: (H, W) bool. None if the object fills the photo.
        more: Further references of the same object.
    """

    image: ImageArray
    mask: MaskArray | None = None
    more: tuple[Reference, ...] = ()

    def __repr__(self) -> str:
        more = f" and {len(self.more)} more" if self.more else ""
        return f"Reference({self.image.shape[1]}x{self.image.shape[0]}{more})"


@dataclass(frozen=True, eq=False)
class Mask(Prompt):
    """A ready mask (H, W) bool, taken as it is."""

    pixels: MaskArray

    def __repr__(self) -> str:
        return f"Mask({self.pixels.shape[1]}x{self.pixels.shape[0]})"


@dataclass(frozen=True, eq=False)
class Rough(Prompt):
    """A mask (H, W) bool that is about right. The segmenter makes it exact."""

    pixels: MaskArray

    def __repr__(self) -> str:
        return f"Rough({self.pixels.shape[1]}x{self.pixels.shape[0]})"


@dataclass(frozen=True, eq=False)
class Scribble(Prompt):
    """Strokes of a brush: some on the object, some beside it.

    Attributes:
        on: (H, W) bool. Pixels that belong to the object.
        off: (H, W) bool. Pixels that do not.
    """

    on: MaskArray
    off: MaskArray

    def __post_init__(self) -> None:
        if self.on.shape != self.off.shape:
            raise PromptError(
                "E_MASK_SIZE", f"strokes differ in size: {self.on.shape}, {self.off.shape}"
            )
        if not self.on.any():
            raise PromptError("E_NO_POSITIVE", "no stroke lies on the object")

    def __repr__(self) -> str:
        return f"Scribble({self.on.shape[1]}x{self.on.shape[0]})"


@dataclass(frozen=True)
class Everything(Prompt):
    """Every object that the segmenter can find."""


Place: TypeAlias = Points | Boxes | Scribble | Rough
"""What a segmenter is asked about: where the object is."""


def _rows(given: Any, count: int, hint: str) -> tuple[tuple[float, ...], ...]:
    """Return rows of `count` numbers as tuples, from whatever sequences they came in."""
    try:
        rows = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        rows = np.zeros(0)
    if rows.ndim != 2 or rows.shape[1] != count or not len(rows):
        raise PromptError("E_SPEC", f"rows of {count} numbers were wanted, got {given!r}", hint)
    return tuple(tuple(row) for row in rows.tolist())


def _check(box: Box) -> None:
    left, top, right, bottom = box
    if not (np.isfinite(box).all() and left < right and top < bottom):
        raise PromptError(
            "E_BOX_EMPTY",
            f"box {left:g},{top:g},{right:g},{bottom:g} has no area",
            "Give left,top,right,bottom with left < right and top < bottom.",
        )
