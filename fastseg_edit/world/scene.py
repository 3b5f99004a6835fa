"""A drawn scene: the photo, and everything that is true of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from fastseg_edit.ops import draw
from fastseg_edit.world import captions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.world.layers import Layer
    from fastseg_edit.world.things import Thing

_Kind = TypeVar("_Kind", bound=np.generic)


@dataclass(frozen=True, eq=False, repr=False)
class Scene:
    """Objects on a background, with the truth about them. All arrays are read-only.

    Objects are numbered from the hindmost; N is their number.

    Attributes:
        seed: What it was drawn from.
        photo: (H, W, 3) uint8 RGB.
        plate: The same without any object or shadow.
        things: The objects, as values.
        layers: The objects, as pixels.
        background: Kind of background, one of `BACKGROUNDS`.
    """

    seed: int
    photo: ImageArray
    plate: ImageArray
    things: tuple[Thing, ...]
    layers: tuple[Layer, ...]
    background: str

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.photo.shape[0], self.photo.shape[1]

    @cached_property
    def coverage(self) -> NDArray[np.uint8]:
        """(N, H, W) uint8: how much of each pixel an object covers, hidden or not; 255 for all."""
        shares = np.zeros((len(self.layers), *self.size), np.uint8)
        for share, each in zip(shares, self.layers, strict=True):
            share[each.window] = each.coverage
        return locked(shares)

    @cached_property
    def amodal(self) -> NDArray[np.bool_]:
        """(N, H, W) bool: pixels that an object covers by half or more, hidden or not."""
        return locked(self.coverage >= 128)

    @cached_property
    def visible(self) -> NDArray[np.bool_]:
        """(N, H, W) bool: `amodal` less the objects in front. No two of them meet."""
        masks = self.amodal.copy()
        for index in range(len(masks) - 1):
            for front in self.layers[index + 1 :]:
                masks[index][front.window] &= front.coverage < 128
        return locked(masks)

    def without(self, *gone: int) -> ImageArray:
        """Return the photo as it would be if some objects, and their shadows, were not there.

        Args:
            gone: Numbers of objects. None of them gives the photo, all of them the plate.
        """
        _check_numbers(gone, len(self.things))
        picture = self.plate.copy()  # a copy may be written to
        for index, each in enumerate(self.layers):
            if index not in gone:
                each.paint(picture)
        return picture

    def footprint(self, *chosen: int) -> MaskArray:
        """Return every pixel that some objects or their shadows touch: (H, W) bool."""
        _check_numbers(chosen, len(self.things))
        mask = np.zeros(self.size, bool)
        for index in chosen:
            mask[self.layers[index].window] |= self.layers[index].touched
        return mask

    @cached_property
    def caption(self) -> str:
        """All objects, "a red circle and a blue star"."""
        return captions.listing(self.things)

    @cached_property
    def phrases(self) -> tuple[captions.Phrase, ...]:
        """Everything that can be asked for, with the objects that answer it."""
        return captions.phrases(self.things)

    @cached_property
    def absent(self) -> tuple[captions.Absent, ...]:
        """What can be asked for in vain."""
        return captions.absent(self.things)

    def __repr__(self) -> str:
        height, width = self.size
        return f"Scene({self.seed}, {width}x{height}, {self.caption} on {self.background})"

    def _repr_png_(self) -> bytes:
        return draw.png(self.photo)


def locked(array: NDArray[_Kind]) -> NDArray[_Kind]:
    """Return an array after making it read-only."""
    array.flags.writeable = False
    return array


def _check_numbers(numbers: tuple[int, ...], count: int) -> None:
    for number in numbers:
        if not 0 <= number < count:
            raise IndexError(f"objects are numbered 0 to {count - 1}, got {number}")
