"""What a mask must be like before anything is painted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from fastseg_edit import registry
from fastseg_edit.errors import SpecError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fastseg_edit.edit import Edit
    from fastseg_edit.quality import Quality

Otherwise: TypeAlias = Literal["fail", "skip", "copy"]

NAMES = ("coverage", "count", "score", "margin", "border")
"""The numbers that may have bounds; see `Gates`."""

SIDES = {">=": "min", "<=": "max"}
"""Which bound a comparison says, as the document of a job calls it."""

_COMPARISON = re.compile(r"\s*(\w+)\s*(<=|>=)\s*(\d+\.?\d*|\.\d+)\s*(%?)\s*", re.ASCII)


class Bounds(NamedTuple):
    """The least and the most that a number may be.

    Attributes:
        least: None for no bound.
        most: None for no bound.
    """

    least: float | None = None
    most: float | None = None

    def missed(self, name: str, values: Sequence[float]) -> str:
        """Return in a few words how a number lies outside, or "". What is no number does."""
        for value in values:
            if self.least is not None and not value >= self.least:
                return f"{name} is {value:.4g}, and must be at least {self.least:.4g}"
            if self.most is not None and not value <= self.most:
                return f"{name} is {value:.4g}, and may be at most {self.most:.4g}"
        return ""


ANY = Bounds()


@dataclass(frozen=True)
class Gates:
    """What a mask must be like before it is painted.

    Attributes:
        coverage: Share of the photo that all objects together cover, 0 to 1.
        count: How many objects there are.
        score: How sure the model is of each object.
        margin: By how much each score beats the best one that was not chosen. An object to which
            there was no alternative has none, and is not held to it.
        border: How much of each object's box lies on the photo's border, 0 to 1.
        otherwise: What becomes of an item whose mask is not so: it fails, nothing is written, or
            the photo is copied.
    """

    coverage: Bounds = ANY
    count: Bounds = ANY
    score: Bounds = ANY
    margin: Bounds = ANY
    border: Bounds = ANY
    otherwise: Otherwise = "fail"

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
        yield self.coverage.missed("coverage", [share])
        yield self.count.missed("count", [len(found)])
        yield self.score.missed("score", [one.score for one in found])
        margins = [one.margin for one in found if one.margin is not None]
        yield self.margin.missed("margin", margins)
        yield self.border.missed("border", [one.border for one in found])

    def __bool__(self) -> bool:
        return any(getattr(self, name) != ANY for name in NAMES)


def parse(texts: Iterable[str], otherwise: Otherwise | None = None) -> dict[str, Any]:
    """Return what comparisons say, as it stands in the document of a job.

    Args:
        texts: Such as "coverage<=40%" or "count>=1".
        otherwise: As of `Gates`. None to say nothing of it.

    Raises:
        SpecError: With E_SPEC, if one is none, or says again what another has said.
    """
    said = dict[str, Any]()
    for text in texts:
        name, sign, number = _comparison(text)
        bounds = said.setdefault(name, {})
        if SIDES[sign] in bounds:
            raise SpecError("E_SPEC", f"two gates say {name}{sign}")
        bounds[SIDES[sign]] = number
    return said if otherwise is None else {**said, "otherwise": otherwise}


def _comparison(text: str) -> tuple[str, str, float | str]:
    """Return of what a text says a bound, which one, and where it lies."""
    found = _COMPARISON.fullmatch(text)
    if not found:
        message = f"a gate is such as 'coverage<=40%' or 'count>=1', got {text!r}"
        raise SpecError("E_SPEC", message)
    name, sign, digits, percent = found.groups()
    if name not in NAMES:
        hint = registry.suggest(name, NAMES)
        raise UnknownNameError("E_SPEC", f"no gate looks at {name!r}", hint)
    return name, sign, f"{digits}%" if percent else float(digits)
