"""Masks that a segmenter proposes, each kept as small as it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """One mask, stored as the runs of equal pixels inside its own box.

    A run length costs 4 bytes, so a plain shape of 1000 rows takes about 8 kB. Where runs would
    take more than one bit a pixel (noise), the bits themselves are kept.

    Attributes:
        box: (left, top, right, bottom) in pixels of the photo; right and bottom outside. All 0
            for a mask without pixels.
        area: Number of pixels.
    """

    box: tuple[int, int, int, int]
    area: int
    _stored: NDArray[Any] = field(repr=False)

    @classmethod
    def of(cls, mask: MaskArray, at: tuple[int, int] = (0, 0)) -> Cutout:
        """Store a mask, or a part of one.

        Args:
            mask: (h, w) bool.
            at: (left, top) of `mask` in the photo.
        """
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if not rows.size:
            return cls((0, 0, 0, 0), 0, np.zeros(0, np.uint32))
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        left, right = int(columns[0]), int(columns[-1]) + 1
        tight = mask[top:bottom, left:right]
        box = (left + at[0], top + at[1], right + at[0], bottom + at[1])
        return cls(box, int(np.count_nonzero(tight)), _pack(tight.ravel()))

    def crop(self) -> MaskArray:
        """Return the mask inside its box, (bottom - top, right - left) bool."""
        left, top, right, bottom = self.box
        shape = (bottom - top, right - left)
        return _unpack(self._stored, shape[0] * shape[1]).reshape(shape)

    def overlap(self, other: Cutout) -> float:
        """Return the intersection over union with another mask, 0 to 1."""
        left, top = max(self.box[0], other.box[0]), max(self.box[1], other.box[1])
        right, bottom = min(self.box[2], other.box[2]), min(self.box[3], other.box[3])
        if left >= right or top >= bottom:
            return 0.0
        one, another = (
            mask.crop()[
                top - mask.box[1] : bottom - mask.box[1], left - mask.box[0] : right - mask.box[0]
            ]
            for mask in (self, other)
        )
        common = int(np.count_nonzero(one & another))
        return common / (self.area + other.area - common)

    def paint(self, onto: MaskArray, value: bool = True) -> None:
        """Set the pixels of this mask in a mask of the photo's size, in place."""
        left, top, right, bottom = self.box
        onto[top:bottom, left:right][self.crop()] = value


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Masks that a segmenter proposes.

    Attributes:
        size: (height, width) of the photo.
        cutouts: N masks.
        scores: (N,) float32, higher is better. Comparable within one group only.
        groups: (N,) int. Candidates of one group are alternatives for one object of the prompt.
            Left out, all N are alternatives.

    Raises:
        ValueError: If the numbers of masks, scores and groups differ.
    """

    size: tuple[int, int]
    cutouts: tuple[Cutout, ...]
    scores: NDArray[np.float32]
    groups: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))

    def __post_init__(self) -> None:
        if not self.groups.size:
            object.__setattr__(self, "groups", np.zeros(len(self.cutouts), np.intp))
        if not len(self.cutouts) == len(self.scores) == len(self.groups):
            counts = f"{len(self.cutouts)} masks, {len(self.scores)} scores"
            raise ValueError(f"{counts}, {len(self.groups)} groups: want the same number of each")

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

    def take(self, numbers: Sequence[int]) -> Candidates:
        """Return some of the candidates, in the order asked for."""
        chosen = np.asarray(numbers, np.intp)
        return replace(
            self,
            cutouts=tuple(self.cutouts[number] for number in chosen),
            scores=self.scores[chosen],
            groups=self.groups[chosen],
        )


def _pack(flat: NDArray[np.bool_]) -> NDArray[Any]:
    """Return run lengths as uint32, the first run False, or the bits as uint8 if that is less."""
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if changes.size * 4 > flat.size // 8:
        return np.packbits(flat)
    starts_true = [0] if flat[0] else []
    return np.diff(np.r_[0, starts_true, changes, flat.size].astype(np.uint32))


def _unpack(stored: NDArray[Any], count: int) -> NDArray[np.bool_]:
    if stored.dtype == np.uint8:
        return np.unpackbits(stored, count=count).astype(bool)
    return np.repeat(np.arange(stored.size) % 2 == 1, stored)
