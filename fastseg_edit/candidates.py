"""Masks that a segmenter proposes, each kept as small as it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.cutouts import Cutout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Masks that a segmenter proposes.

    Attributes:
        size: (height, width) of the photo.
        cutouts: N masks.
        scores: (N,) float32, higher is better. Comparable within one group only.
        groups: (N,) int. Candidates of one group are alternatives for one object of the prompt.
            Left out, all N are alternatives.
        labels: What each mask shows, in words. Empty if that is not known.
        cell: Pixels of the photo per cell of the grid that the masks come from: how far their
            outlines may be off.

    Raises:
        ValueError: If the numbers of masks, scores, groups and labels differ.
    """

    size: tuple[int, int]
    cutouts: tuple[Cutout, ...]
    scores: NDArray[np.float32]
    groups: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    labels: tuple[str, ...] = ()
    cell: float = 1.0

    def __post_init__(self) -> None:
        if not self.groups.size:
            object.__setattr__(self, "groups", np.zeros(len(self.cutouts), np.intp))
        if not len(self.cutouts) == len(self.scores) == len(self.groups):
            counts = f"{len(self.cutouts)} masks, {len(self.scores)} scores"
            raise ValueError(f"{counts}, {len(self.groups)} groups: want the same number of each")
        if self.labels and len(self.labels) != len(self.cutouts):
            raise ValueError(f"{len(self.cutouts)} masks but {len(self.labels)} labels")

    @classmethod
    def of(
        cls,
        masks: Iterable[MaskArray],
        size: tuple[int, int],
        scores: Sequence[float] | None = None,
        groups: Sequence[int] | None = None,
    ) -> Candidates:
        """Store masks of the photo's size.

        Args:
            masks: Each (H, W) bool. Taken one at a time, so that a generator needs little memory.
            size: (height, width) of the photo.
            scores: One for each mask. Left out, all are 1.
            groups: One for each mask. Left out, all are alternatives for one object.
        """
        cutouts = tuple(Cutout.of(mask) for mask in masks)
        worth = np.ones(len(cutouts)) if scores is None else np.asarray(scores)
        return cls(size, cutouts, worth.astype(np.float32), np.asarray(groups or (), np.intp))

    def __len__(self) -> int:
        return len(self.cutouts)

    def __getitem__(self, number: int) -> MaskArray:
        """Return one mask at the photo's size, (H, W) bool."""
        return self.union([number])

    def __iter__(self) -> Iterator[MaskArray]:
        return (self[number] for number in range(len(self)))

    @property
    def areas(self) -> NDArray[np.int64]:
        """(N,) number of pixels of each mask."""
        return np.array([cutout.area for cutout in self.cutouts], np.int64)

    def union(self, numbers: Iterable[int]) -> MaskArray:
        """Return the pixels that are in any of some masks, (H, W) bool."""
        whole = np.zeros(self.size, bool)
        for number in numbers:
            self.cutouts[number].paint(whole)
        return whole

    def best(self) -> list[int]:
        """Return the number of the best mask of each group, in the order of the groups."""
        groups = np.unique(self.groups)
        of_group = (np.flatnonzero(self.groups == group) for group in groups)
        return [int(members[np.argmax(self.scores[members])]) for members in of_group]

    def changed(self, cutouts: Sequence[Cutout]) -> Candidates:
        """Return the same candidates with other masks, one for each."""
        return replace(self, cutouts=tuple(cutouts))

    def scored(self, scores: Sequence[float] | NDArray[np.floating]) -> Candidates:
        """Return the same candidates with other scores, one for each."""
        return replace(self, scores=np.asarray(scores, np.float32))

    def labelled(self, labels: tuple[str, ...]) -> Candidates:
        """Return the same candidates with other labels, one for each."""
        return replace(self, labels=labels)

    def take(self, numbers: Sequence[int]) -> Candidates:
        """Return some of the candidates, in the order asked for."""
        chosen = np.asarray(numbers, np.intp)
        return replace(
            self,
            cutouts=tuple(self.cutouts[number] for number in chosen),
            scores=self.scores[chosen],
            groups=self.groups[chosen],
            labels=tuple(self.labels[number] for number in chosen) if self.labels else (),
        )

    def beside(self, other: Candidates) -> Candidates:
        """Return these and further candidates of the same photo, whose groups stay apart."""
        labels = (*self._all_labels(), *other._all_labels())
        last = int(self.groups.max(initial=-1)) + 1
        return Candidates(
            self.size,
            (*self.cutouts, *other.cutouts),
            np.concatenate([self.scores, other.scores]),
            np.concatenate([self.groups, other.groups + last]),
            labels if any(labels) else (),
            max(self.cell, other.cell),
        )

    def _all_labels(self) -> tuple[str, ...]:
        return self.labels or ("",) * len(self)
