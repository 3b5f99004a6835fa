"""What a network saw in the last few photos, for models that are asked about a photo as a whole.

What a segmenter encodes is remembered for it. A grounder is given the photo with every prompt, and
remembers by itself.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from fastseg_edit.ops import digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastseg_edit.arrays import ImageArray

T = TypeVar("T")


class Recent(Generic[T]):
    """Remembers something for each of the last few photos.

    Args:
        keep: How many photos.
    """

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._known: OrderedDict[bytes, T] = OrderedDict()
        self._lock = Lock()

    def of(self, image: ImageArray, make: Callable[[ImageArray], T]) -> T:
        """Return what is remembered of a photo, or make it and remember it.

        Two threads that ask about one photo at once may both make it; either is right.

        Args:
            image: (H, W, 3) uint8 RGB.
            make: Computes it, with the photo as the only argument.
        """
        key = digest.of(image)
        with self._lock:
            known = self._known.get(key)
        made = make(image) if known is None else known
        with self._lock:
            self._known[key] = made
            self._known.move_to_end(key)
            while len(self._known) > self._keep:
                self._known.popitem(last=False)
        return made
