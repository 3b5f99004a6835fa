"""The part of a photo that a model gets to see, and the exact way back.

Every peer that has its own crop arithmetic has had it wrong at the borders. Here it is in one
place: a window is cut, painted and pasted, and `paste` undoes what `cut` did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of a photo, and the size at which a model sees it.

    The rectangle is first scaled down to `inner`, never up, and then padded by reflection at the
    right and at the bottom to `outer`.

    Attributes:
        left: First column of the rectangle in the photo.
        top: First row.
        right: The column after the last one.
        bottom: The row after the last one.
        inner: (height, width) after scaling.
        outer: (height, width) after padding: what the model sees.
        owned: (left, top, right, bottom) in the photo. The masked pixels that this window paints.
    """

    left: int
    top: int
    right: int
    bottom: int
    inner: tuple[int, int]
    outer: tuple[int, int]
    owned: tuple[int, int, int, int]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in the photo."""
        return self.bottom - self.top, self.right - self.left

    @property
    def part(self) -> tuple[slice, slice]:
        """Rows and columns of the photo."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def cut(self, image: ImageArray) -> ImageArray:
        """Return what the model sees of a photo, (*outer, 3) uint8.

        Scaling averages areas, so that nothing aliases. Without scaling and padding the result is
        a view.
        """
        seen: Any = image[self.part]
        if self.inner != self.size:
            seen = cv2.resize(seen, self.inner[::-1], interpolation=cv2.INTER_AREA)
        return seen if self.outer == self.inner else self._pad(seen)

    def cut_mask(self, mask: MaskArray) -> MaskArray:
        """Return what the model sees of a mask, `outer` bool.

        A pixel is True if any pixel of the photo that it stands for is True, so that a thin line
        does not get lost. Padding mirrors it as it mirrors the photo, so that no masked pixel comes
        back unmasked.
        """
        seen: Any = mask[self.part]
        if self.inner != self.size:
            share = cv2.resize(
                seen.astype(np.float32), self.inner[::-1], interpolation=cv2.INTER_AREA
            )
            seen = share > 0
        if self.outer == self.inner:
            return seen  # type: ignore[no-any-return]
        return self._pad(seen.astype(np.uint8)).astype(bool)

    def cut_layout(self, layout: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """Return what the model sees of a map of numbers, `outer` uint16: no number is mixed."""
        seen: Any = layout[self.part]
        if self.inner != self.size:
            seen = cv2.resize(seen, self.inner[::-1], interpolation=cv2.INTER_NEAREST)
        return seen if self.outer == self.inner else self._pad(seen)

    def paste(self, patch: ImageArray, onto: ImageArray, mask: MaskArray) -> None:
        """Write what a model painted into a photo, in place.

        Args:
            patch: (*outer, 3) uint8, as `cut` returned it and a model changed it.
            onto: (H, W, 3) uint8. Changed where this window owns a masked pixel, nowhere else.
            mask: (H, W) bool, of the photo.

        Raises:
            ValueError: If `patch` has another shape.
        """
        if patch.shape != (*self.outer, 3):
            raise ValueError(f"the patch must be {(*self.outer, 3)}, got {patch.shape}")
        painted: Any = patch[: self.inner[0], : self.inner[1]]
        if self.inner != self.size:
            painted = cv2.resize(painted, self.size[::-1], interpolation=cv2.INTER_CUBIC)
        left, top, right, bottom = self.owned
        here = mask[top:bottom, left:right]
        rows = slice(top - self.top, bottom - self.top)
        columns = slice(left - self.left, right - self.left)
        onto[top:bottom, left:right][here] = painted[rows, columns][here]

    def _pad(self, array: NDArray[Any]) -> NDArray[Any]:
        below, beside = self.outer[0] - self.inner[0], self.outer[1] - self.inner[1]
        return cv2.copyMakeBorder(array, 0, below, 0, beside, cv2.BORDER_REFLECT_101)
