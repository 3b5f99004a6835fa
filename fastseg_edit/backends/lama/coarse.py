"""A window too large for the network: painted small first, then in tiles of its full size."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

    Paint: TypeAlias = Callable[[ImageArray, MaskArray], ImageArray]

_OVERLAP = 3 / 8  # of the side of a tile
_RING = 1 / 8  # of the side of a tile, at its border, where it shows the draft as if it were known
_SHARP = 1 / 8  # of the side of a tile: so deep in the hole reaches the detail of what is around it


def drafted(paint: Paint, image: ImageArray, mask: MaskArray, pixels: int) -> ImageArray:
    """Paint a hole in a smaller picture, and scale up what was painted.

    Args:
        paint: Paints a hole in a picture of any size.
        image: (H, W, 3) uint8. What lies under the mask plays no part.
        mask: (H, W) bool.
        pixels: How many of them the smaller picture has at most.

    Returns:
        (H, W, 3) uint8. Equal to the image outside the mask.
    """
    height, width = mask.shape
    scale = math.sqrt(pixels / mask.size)
    size = (max(int(width * scale), 1), max(int(height * scale), 1))
    known = (~mask).astype(np.float32)
    share: Any = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    # Colours are averaged over what is known, so that nothing of the old object gets in.
    sums: Any = cv2.resize(image * known[..., None], size, interpolation=cv2.INTER_AREA)
    small = np.rint(sums / np.maximum(share, 1e-6)[..., None]).astype(np.uint8)
    painted = paint(small, share < 1 - 1e-6)
    scaled: Any = cv2.resize(painted, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.where(mask[..., None], scaled, image)


class Tiles(NamedTuple):
    """Where detail is painted over a draft.

    A tile shows what is known of the photo, and the draft as if it were known in a ring at its own
    border, where that lies in the hole. Tiles fade into each other, so that no seam is seen. Deep
    in a wide hole a tile sees nothing of the photo and would go on with the blur of the draft, or
    with the mean of nothing: there the draft stands, and tiles fade into it.

    Attributes:
        image: (H, W, 3) uint8.
        mask: (H, W) bool, the hole.
        draft: (H, W, 3) uint8, equal to the image outside the mask.
        side: Of a tile, in pixels.
    """

    image: ImageArray
    mask: MaskArray
    draft: ImageArray
    side: int

    def painted(self, paint: Paint, told: Callable[[int, int], None] | None = None) -> ImageArray:
        """Return the window with its detail.

        Args:
            paint: Paints a hole in a tile. What lies under the mask is the draft.
            told: Called after each tile with how many are done, and how many there are.
                None for nobody.
        """
        depth = morphology.depth(self.mask)
        reach = 2 * _SHARP * self.side
        sums = np.zeros(self.image.shape, np.float32)
        weights = np.zeros((*self.mask.shape, 1), np.float32)
        places = [part for part in self._places() if self._counts(depth[part], reach)]
        for number, part in enumerate(places, 1):
            weight = self._weight(part)
            sums[part] += weight * paint(self.draft[part], self._hole(part))
            weights[part] += weight
            if told:
                told(number, len(places))
        detail = np.clip(2 - depth / (_SHARP * self.side), 0, 1)[..., None] * (weights > 0)
        mixed = detail * sums / np.maximum(weights, 1e-9) + (1 - detail) * self.draft
        result = self.image.copy()
        result[self.mask] = np.rint(mixed[self.mask]).astype(np.uint8)
        return result

    def _places(self) -> Iterator[tuple[slice, slice]]:
        height, width = self.mask.shape
        yield from product(self._spans(height), self._spans(width))

    def _spans(self, length: int) -> list[slice]:
        """Cut a length into parts that are all as long as a tile, or into one."""
        rest = max(length - self.side, 0)
        count = math.ceil(rest / (self.side * (1 - _OVERLAP)))
        starts = [round(number * rest / max(count, 1)) for number in range(count + 1)]
        return [slice(start, min(start + self.side, length)) for start in starts]

    @staticmethod
    def _counts(depth: NDArray[np.float32], reach: float) -> bool:
        """Say whether a tile has something to paint that is not too deep in the hole."""
        return bool(((depth > 0) & (depth < reach)).any() and (depth == 0).any())

    def _hole(self, part: tuple[slice, slice]) -> MaskArray:
        hole = np.zeros_like(self.mask[part])
        ring = round(_RING * self.side)
        inside = tuple(
            slice(ring * (span.start > 0), span.stop - span.start - ring * (span.stop < length))
            for span, length in zip(part, self.mask.shape, strict=True)
        )
        hole[inside] = self.mask[part][inside]
        return hole

    def _weight(self, part: tuple[slice, slice]) -> NDArray[np.float32]:
        down, across = (
            self._ramp(span, length) for span, length in zip(part, self.mask.shape, strict=True)
        )
        return (down[:, None] * across)[..., None]

    def _ramp(self, span: slice, length: int) -> NDArray[np.float32]:
        """Return weights that rise from each end of a tile, but not from that of the window."""
        places = np.arange(span.stop - span.start, dtype=np.float32) + 0.5
        width = _OVERLAP * self.side
        low = places / width if span.start > 0 else np.ones_like(places)
        high = places[::-1] / width if span.stop < length else np.ones_like(places)
        return np.minimum(np.minimum(low, high), 1).astype(np.float32)
