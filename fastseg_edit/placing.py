"""Prompts checked against the photo that they are about, and masks put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastseg_edit.errors import PromptError
from fastseg_edit.prompt import (
    Boxes,
    Combined,
    Mask,
    Points,
    Prompt,
    Reference,
    Rough,
    Scribble,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.prompt import Box


def check(prompt: Prompt, size: tuple[int, ...]) -> None:
    """See whether every part of a prompt lies in the photo, and each reference in its own.

    Args:
        prompt: The prompt, perhaps combined from several.
        size: (height, width) of the photo.

    Raises:
        PromptError: With E_POINT_RANGE, E_BOX_EMPTY, E_MASK_SIZE or E_MASK_EMPTY.
    """
    for part in parts(prompt):
        match part:
            case Points():
                _check_points(part, size)
            case Boxes(boxes):
                for box in boxes:
                    _check_box(box, size)
            case Mask(pixels) | Rough(pixels):
                _check_mask(pixels, size)
            case Scribble(on, _):
                _check_size(on, size)
            case Reference():
                _check_references(part)


def parts(prompt: Prompt) -> Iterator[Prompt]:
    """Yield the prompts that a combined one is made of, left to right."""
    if isinstance(prompt, Combined):
        yield from parts(prompt.left)
        yield from parts(prompt.right)
    else:
        yield prompt


def is_ready(prompt: Prompt) -> bool:
    """Tell whether a prompt is a ready mask, even if objects are taken out of it."""
    if isinstance(prompt, Combined) and prompt.operation == "subtract":
        return is_ready(prompt.left)
    return all(isinstance(part, Mask) for part in parts(prompt))


def references(like: Reference) -> Iterator[Reference]:
    """Yield a reference and all further ones of the same object."""
    yield like
    for each in like.more:
        yield from references(each)


def combine(operation: str, left: MaskArray, right: MaskArray) -> MaskArray:
    """Put two masks together: "union", "intersect", or "subtract" for left without right."""
    match operation:
        case "union":
            return left | right
        case "intersect":
            return left & right
        case _:
            return left & ~right


def _check_points(points: Points, size: tuple[int, ...]) -> None:
    height, width = size
    for x, y in points.xy:
        if not (0 <= x < width and 0 <= y < height):
            raise PromptError(
                "E_POINT_RANGE",
                f"click {x:g},{y:g} lies outside the photo, which is {width}x{height}",
                "Coordinates are pixels of the upright photo, from 0,0 at the top left.",
            )
    if points.box:
        _check_box(points.box, size)


def _check_box(box: Box, size: tuple[int, ...]) -> None:
    height, width = size
    left, top, right, bottom = box
    if min(right, width) - max(left, 0) < 1 or min(bottom, height) - max(top, 0) < 1:
        raise PromptError(
            "E_BOX_EMPTY",
            f"box {left:g},{top:g},{right:g},{bottom:g} holds no pixel of the photo, "
            f"which is {width}x{height}",
        )


def _check_references(like: Reference) -> None:
    for each in references(like):
        if each.mask is None:
            continue
        height, width = each.image.shape[:2]
        if each.mask.shape != (height, width):
            sizes = f"{each.mask.shape}, and its photo {(height, width)}"
            raise PromptError("E_MASK_SIZE", f"the mask of a reference is {sizes}")
        if not each.mask.any():
            raise PromptError("E_MASK_EMPTY", "the mask of a reference selects no pixel")


def _check_mask(mask: MaskArray, size: tuple[int, ...]) -> None:
    _check_size(mask, size)
    if not mask.any():
        raise PromptError("E_MASK_EMPTY", "the mask selects no pixel")


def _check_size(mask: MaskArray, size: tuple[int, ...]) -> None:
    if mask.shape != size:
        raise PromptError(
            "E_MASK_SIZE",
            f"the mask is {mask.shape[1]}x{mask.shape[0]}, the photo is {size[1]}x{size[0]}",
            "Use a mask of the same size, or --mask-resize fit.",
        )
