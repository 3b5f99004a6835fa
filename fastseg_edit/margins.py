"""By how many pixels a photo grows at each side."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fastseg_edit import extents
from fastseg_edit.errors import SpecError
from fastseg_edit.extents import FORMS
from fastseg_edit.ops import length
from fastseg_edit.photos.canvas import Margins
from fastseg_edit.photos.checks import check_size
from fastseg_edit.photos.photo import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 2**31
"""Pixels of a side, far more than any limit allows."""


def settled(size: tuple[int, int], options: Mapping[str, Any]) -> Margins:
    """Return by how many pixels a photo grows at each side.

    Args:
        size: (height, width) of the photo.
        options: `extend` or `to`, `anchor` and `max_pixels` count.

    Raises:
        SpecError: With E_SPEC, if that is by none, or if the photo does not fit into the canvas.
        InputError: With E_TOO_MANY_PIXELS, if the canvas would have more than are allowed.
    """
    if "to" in options:
        margins = _to(size, str(options["to"]), options.get("anchor", "centre"))
    else:
        margins = _by(size, options["extend"])
    height, width = margins.grown(size)
    if not any(margins):
        now = f"{size[1]}x{size[0]}"
        raise SpecError("E_SPEC", f"the canvas would be the photo as it is, {now}", FORMS)
    limits = Limits(options.get("max_pixels", Limits.max_pixels))
    check_size(width, height, limits, "the canvas")
    return margins


def _by(size: tuple[int, int], extend: Any) -> Margins:
    wholes = (size[1], size[0], size[1], size[0])
    grown = (
        length.pixels(each, whole)
        for each, whole in zip(extents.sides(extend), wholes, strict=True)
    )
    return Margins(*(round(min(pixels, _MOST)) for pixels in grown))


def _to(size: tuple[int, int], wanted: str, anchor: str) -> Margins:
    height, width = size
    across, down, is_ratio = extents.read_format(wanted)
    if is_ratio:  # the smallest canvas of that shape which holds the photo
        across, down = (
            max(Fraction(width), height * across / down),
            max(Fraction(height), width * down / across),
        )
    beside, below = (
        round(min(side, Fraction(_MOST))) - own for side, own in ((across, width), (down, height))
    )
    if min(beside, below) < 0:
        raise SpecError(
            "E_SPEC",
            f"a canvas of {wanted} does not hold the photo, which is {width}x{height}",
            "Nothing is cut off or scaled down: ask for more.",
        )
    left, right = _shared(beside, "left" in anchor, "right" in anchor)
    top, bottom = _shared(below, "top" in anchor, "bottom" in anchor)
    return Margins(left, top, right, bottom)


def _shared(pixels: int, at_start: bool, at_end: bool) -> tuple[int, int]:
    """Share pixels out between the two sides of a photo."""
    before = 0 if at_start else pixels if at_end else pixels // 2
    return before, pixels - before
