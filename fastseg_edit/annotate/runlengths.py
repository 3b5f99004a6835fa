"""Masks as COCO's run lengths: exact to the pixel, and short enough for a line of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pycocotools import mask as coder

from fastseg_edit.cutouts import Cutout
from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.cutouts import Stored


def written(mask: MaskArray) -> dict[str, Any]:
    """Return a mask as {"size": [height, width], "counts": text}, in COCO's compressed form [1].

    Args:
        mask: (H, W) bool.

    References:
        [1] Lin et al. Microsoft COCO: common objects in context. ECCV 2014. arXiv:1405.0312
    """
    height, width = mask.shape
    return of_cutout(Cutout.of(mask), (height, width))


def of_cutout(cutout: Stored, size: tuple[int, int]) -> dict[str, Any]:
    """Return the same for a mask in a photo of a size, made from the mask's own box alone."""
    left, top, _, _ = cutout.box
    columns = np.pad(cutout.crop().T, ((0, 0), (1, 1)))
    changes = columns[:, 1:] != columns[:, :-1]
    # Where a run begins or ends, in order.
    x, y = np.divmod(np.flatnonzero(changes), changes.shape[1])
    edges, times = np.unique((x + left) * size[0] + y + top, return_counts=True)
    once = edges[times == 1]  # a run that goes on at the top of the next column has no end
    counts = np.diff(np.r_[0, once, size[0] * size[1]])
    coded = coder.frPyObjects({"size": list(size), "counts": counts.tolist()}, *size)
    return {"size": list(size), "counts": coded["counts"].decode("ascii")}


def check(document: Any, size: tuple[int, ...] | None = None) -> None:
    """Refuse what `read` could not read, but for the runs themselves.

    Args:
        document: What `written` returned.
        size: (height, width) that it is to be of. None for any.

    Raises:
        SpecError: With E_SPEC.
    """
    good = isinstance(document, Mapping) and set(document) == {"size", "counts"}
    if not (good and _is_size(document["size"]) and isinstance(document["counts"], str)):
        raise _wrong()
    height, width = document["size"]
    if size is not None and (height, width) != tuple(size):
        sizes = f"{width}x{height}, the photo is {size[1]}x{size[0]}"
        raise SpecError("E_SPEC", f"the mask is {sizes}")


def read(document: Any, size: tuple[int, ...] | None = None) -> MaskArray:
    """Return the mask that `written` wrote down, (H, W) bool.

    The library's own reader trusts what it is given, and writes past the end of the mask.

    Args:
        document: What `written` returned.
        size: As for `check`, so that nothing of another size is ever made.

    Raises:
        SpecError: With E_SPEC, if it is no mask, or its runs do not add up to its size.
    """
    check(document, size)
    height, width = document["size"]
    counts = _counts(document["counts"])
    if min(counts, default=-1) < 0 or sum(counts) != height * width:
        raise _wrong()
    mask = np.zeros((height, width), bool)
    if len(counts) > 1:
        _fill(mask, counts)
    return mask


def _fill(mask: MaskArray, counts: list[int]) -> None:
    """Write runs into an empty mask, in those columns only in which it selects something."""
    height = len(mask)
    behind = counts[-1] if len(counts) % 2 else 0
    first, last = counts[0] // height, mask.shape[1] - behind // height
    shorter = [*counts]
    shorter[0] -= first * height
    if behind:
        shorter[-1] -= (behind // height) * height
    flat = np.repeat(np.arange(len(shorter)) % 2 == 1, shorter)
    mask[:, first:last] = flat.reshape(last - first, height).T


def _counts(text: str) -> list[int]:
    """Return the run lengths of the compressed form.

    A number has five bits in each letter, the lowest first, and a sixth one says that more follow.
    From the third run on it is the difference to the run before the last.
    """
    counts = list[int]()
    value = shift = 0
    for letter in text:
        code = ord(letter) - 48
        if not 0 <= code < 64 or shift > 60:
            raise _wrong()
        value |= (code & 31) << shift
        shift += 5
        if not code & 32:
            value -= (code & 16) << shift - 4  # the highest bit is a sign
            counts.append(value + (counts[-2] if len(counts) > 2 else 0))
            value = shift = 0
    return counts


def _is_size(size: Any) -> bool:
    sides = isinstance(size, list | tuple) and len(size) == 2
    return sides and all(type(side) is int and 0 < side < 2**16 for side in size)


def _wrong() -> SpecError:
    return SpecError(
        "E_SPEC",
        "a mask in a document is {size: [height, width], counts: COCO's compressed run lengths}, "
        "and its runs add up to its size",
    )
