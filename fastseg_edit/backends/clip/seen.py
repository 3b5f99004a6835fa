"""Features of masked objects: made in bounded batches, and the last ones kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from fastseg_edit.backends.clip import crops
from fastseg_edit.ops import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.clip.network import Features
    from fastseg_edit.cutouts import Cutout

Shown: TypeAlias = "tuple[ImageArray, Cutout]"
"""A photo, and a mask in it that is not empty."""

_KEPT = 4000  # objects whose features are held in memory: some 10 megabytes


class Eye(Protocol):
    """A network that looks at square pictures."""

    @property
    def side(self) -> int:
        """Pixels of a side of what it sees."""

    def of_pictures(self, pictures: Sequence[ImageArray], /) -> Features:
        """Return the features of N pictures, (N, D) float32."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network saw of masked objects.

    An object that was seen before is neither cut out nor looked at again, so that other words
    about the same photo cost next to nothing.

    Attributes:
        network: What looks at them.
        margin: By how much a crop is larger than the longer side of the mask's box, as a share.
        batch: How many crops are in memory, and looked at, at a time.
    """

    network: Eye
    margin: float
    batch: int
    _known: OrderedDict[bytes, Features] = field(default_factory=OrderedDict, repr=False)

    def features(self, shown: Sequence[Shown]) -> Features:
        """Return the features of N objects, at least one, of any photos: (N, D) float32."""
        photos = {
            id(image): digest.of(image) for image in {id(one): one for one, _ in shown}.values()
        }
        keys = [photos[id(image)] + cutout.content for image, cutout in shown]
        fresh = {key: each for key, each in zip(keys, shown, strict=True) if key not in self._known}
        names, pictures = list(fresh), self._pictures(fresh.values())
        for start in range(0, len(names), self.batch):
            part = names[start : start + self.batch]
            seen = self.network.of_pictures(list(islice(pictures, self.batch)))
            self._known.update(zip(part, seen, strict=True))
        return self._recalled(keys)

    def _pictures(self, shown: Iterable[Shown]) -> Iterator[ImageArray]:
        """Yield what the network gets to see, one by one."""
        for _, group in groupby(shown, key=lambda each: id(each[0])):
            of_one = list(group)
            photo = crops.Levels(of_one[0][0])
            for _, cutout in of_one:
                cut = crops.square(photo, cutout, self.margin, self.network.side)
                yield crops.alone(*cut)

    def _recalled(self, keys: list[bytes]) -> Features:
        for key in keys:
            self._known.move_to_end(key)
        features = np.stack([self._known[key] for key in keys])
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return features
