"""Which of the objects that answer to words or to a reference are meant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from fastseg_edit.errors import ModelError, NoObjectError
from fastseg_edit.prompt import Reference, Text
from fastseg_edit.stages import ordering, wording
from fastseg_edit.stages.wording import Wish

if TYPE_CHECKING:
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import Cutout

Which: TypeAlias = Literal["auto", "best", "all"]

SAME = 0.6
"""IoU above which two masks are of one object."""

PART = 0.8
"""Share of a mask inside a better one from which it is a part of the same object."""


def pick(
    found: Candidates, like: Text | Reference, which: Which = "auto", top: int | None = None
) -> Candidates:
    """Choose among objects by what words say of number, place and size.

    Args:
        found: Masks of objects that all answer to the words, with scores that can be compared.
        like: The words as they were given, or the reference.
        which: "best" if one object is meant, "all" if each is an object of the selection. "auto"
            goes by the words: all for "every red cup", "red cups" or "everything red", two for
            "both cups", and one otherwise.
        top: How many to take at most.

    Returns:
        Each object once, the best first. Those that are alternatives for one object share a
        group. Where the words name a place or a size, only the objects meant, in that order.

    Raises:
        ModelError: With E_MODEL_OUTPUT, if a score is not a number.
        NoObjectError: With E_NO_OBJECT, if none of the objects is where the words say.
    """
    check_scores(found)
    wish = wish_of(like)
    count = _count(wish, which, top)
    shown = _distinct(found)
    if wish.orders:
        chosen = ordering.ordered(shown, wish.orders, count)
        if not len(chosen):
            raise _misplaced(like, len(shown))
        return replace(chosen, groups=np.arange(len(chosen)))
    if count == 1 and (top is None or which == "best"):
        shown = shown.take(range(len(shown))[:top])
        return replace(shown, groups=np.zeros(len(shown), np.intp))
    shown = shown.take(range(len(shown))[:count])
    return replace(shown, groups=np.arange(len(shown)))


def of_one(like: Text | Reference) -> Text | Reference:
    """Return what one mask should show: a mask of one cup is no picture of "every cup"."""
    return Text(wording.of_one(like.words)) if isinstance(like, Text) else like


def wish_of(like: Text | Reference) -> Wish:
    """Return what is asked for. A reference asks for one object like its own."""
    return wording.read(like.words) if isinstance(like, Text) else Wish("")


def check_scores(found: Candidates) -> None:
    """Refuse scores that are not numbers.

    Raises:
        ModelError: With E_MODEL_OUTPUT.
    """
    wrong = np.count_nonzero(~np.isfinite(found.scores))
    if wrong:
        raise ModelError(
            "E_MODEL_OUTPUT",
            f"{wrong} of {len(found)} masks have a score that is not a number",
            "The weights are broken or do not fit the model; fetch them again.",
        )


def _count(wish: Wish, which: Which, top: int | None) -> int | None:
    """Return how many objects are meant, None for all."""
    count = {"best": 1, "all": None}[which] if which != "auto" else wish.count
    if top is None or which == "best":
        return count
    return top if count in (None, 1) else min(top, count or top)


def _misplaced(like: Text | Reference, count: int) -> NoObjectError:
    words = like.words if isinstance(like, Text) else ""
    return NoObjectError(
        "E_NO_OBJECT",
        f"{count} object{'s' * (count != 1)} found for {words[:160]!r}, but none where it says",
        "Leave out the words of place or size, or give a click or a box.",
    )


def _distinct(found: Candidates) -> Candidates:
    """Return each object's best mask, best first; of equal ones the largest."""
    ranked = found.take(np.lexsort((-found.areas, -found.scores)).tolist())
    kept: list[int] = []
    for number, cutout in enumerate(ranked.cutouts):
        if not any(_repeats(cutout, ranked.cutouts[better]) for better in kept):
            kept.append(number)
    return ranked.take(kept)


def _repeats(cutout: Cutout, better: Cutout) -> bool:
    """Return whether a mask shows the same object as a better one, or a part of it."""
    overlap = cutout.overlap(better)
    common = overlap * (cutout.area + better.area) / (1 + overlap)
    return overlap > SAME or (cutout.area < better.area and common > PART * cutout.area)
