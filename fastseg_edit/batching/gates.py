"""What a mask must be like before anything is painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastseg_edit.edit import Edit
    from fastseg_edit.quality import Quality


class Bounds(NamedTuple):
    """The least and the most that a number may be.

    Attributes:
        least: None for no bound.
        most: None for no bound.
    """

    least: float | None = None
    most: float | None = None

    def missed(self, name: str, value: float) -> str:
        """Return in a few words how a number lies outside, or ""."""
        if self.least is not None and value < self.least:
            return f"{name} is {value:.4g}, and must be at least {self.least:.4g}"
        if self.most is not None and value > self.most:
            return f"{name} is {value:.4g}, and may be at most {self.most:.4g}"
        return ""


ANY = Bounds()


@dataclass(frozen=True)
class Gates:
    """What a mask must be like before it is painted.

    Attributes:
        coverage: Share of the photo that all objects together cover, 0 to 1.
        count: How many objects there are.
        score: How sure the model is of the object that it is least sure of.
        margin: By how much that score beats the best one that was not chosen, at the least.
        border: How much of an object's box lies on the photo's border, 0 to 1, at the most.
        otherwise: What becomes of an item whose mask is not so: it fails, nothing is written, or
            the photo is copied.
    """

    coverage: Bounds = ANY
    count: Bounds = ANY
    score: Bounds = ANY
    margin: Bounds = ANY
    border: Bounds = ANY
    otherwise: Literal["fail", "skip", "copy"] = "fail"

    def missed(self, selected: Edit, found: Sequence[Quality]) -> str:
        """Return which bounds a selection misses, or "".

        Args:
            selected: The edit, with its mask.
            found: Its objects.
        """
        return "; ".join(filter(None, self._missed(selected, found)))

    def _missed(self, selected: Edit, found: Sequence[Quality]) -> Iterator[str]:
        mask = selected.mask
        share = 0.0 if mask is None else np.count_nonzero(mask) / mask.size
        yield self.coverage.missed("coverage", share)
        yield self.count.missed("count", len(found))
        if found:
            yield self.score.missed("score", min(one.score for one in found))
            yield self.border.missed("border", max(one.border for one in found))
        if margins := [one.margin for one in found if one.margin is not None]:
            yield self.margin.missed("margin", min(margins))

    def __bool__(self) -> bool:
        bounds = (self.coverage, self.count, self.score, self.margin, self.border)
        return any(each != ANY for each in bounds)
