"""Which of the objects that answer to words or to a reference are meant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from fastseg_edit.prompt import Reference, Text
from fastseg_edit.stages import wording

if TYPE_CHECKING:
    from fastseg_edit.candidates import Candidates

Which: TypeAlias = Literal["auto", "best", "all"]

SAME = 0.8
"""IoU above which two masks are of one object."""


def pick(
    found: Candidates, like: Text | Reference, which: Which = "auto", top: int | None = None
) -> Candidates:
    """Choose among objects by what words say of number and place.

    Args:
        found: Masks of objects that all answer to the words, with scores that can be compared.
        like: The words as they were given, or the reference.
        which: "best" if the masks are alternatives for one object, "all" if each is an object of
            the selection. "auto" takes all where the words say so, as in "every red cup", "red
            cups" or "everything red", and the best otherwise.
        top: How many to take at most.

    Returns:
        The masks best first, each object once. Those that are alternatives share a group.
    """
    ranked = found.take(np.argsort(-found.scores, kind="stable").tolist())
    shown = _distinct(ranked)
    shown = shown.take(range(len(shown))[:top])
    several = which == "all" if which != "auto" else top is not None or _asks_for_all(like)
    objects = np.arange(len(shown)) if several else np.zeros(len(shown), np.intp)
    return replace(shown, groups=objects)


def of_one(like: Text | Reference) -> Text | Reference:
    """Return what one mask should show: a mask of one cup is no picture of "every cup"."""
    return Text(wording.of_one(like.words)) if isinstance(like, Text) else like


def _asks_for_all(like: Text | Reference) -> bool:
    return isinstance(like, Text) and wording.asks_for_all(like.words)


def _distinct(ranked: Candidates) -> Candidates:
    """Return masks without those that are nearly the same as a better one before them."""
    kept: list[int] = []
    for number, cutout in enumerate(ranked.cutouts):
        if all(cutout.overlap(ranked.cutouts[other]) <= SAME for other in kept):
            kept.append(number)
    return ranked.take(kept)
