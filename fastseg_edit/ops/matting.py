"""How opaque an object is at its rim, from a photo and a hard mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from fastseg_edit.ops import guided, morphology, separation
from fastseg_edit.ops.laplacian import Laplacian

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray

FloatArray: TypeAlias = NDArray[np.float32]

WORK_REACH = 12.0
"""Pixels of reach up to which the rim is looked at in full resolution."""

_ROOM = 12  # reaches round the object that are looked at: colours beyond the rim come from there
_COLOUR = 0.01  # weight of what a pixel's own colour says, against the colours of its neighbours
_MASK = 0.1  # weight of the mask where colours say nothing
_BLIND = 0.01  # where colours differ by no more than this share, the mask alone has a say
_FAR = 0.1  # weight of the mask far from its outline
_RIDGE = 0.75  # of its greatest depth is certain in an island that is nowhere deeper than the reach


class _Rim(NamedTuple):
    """Which pixels are certain.

    Attributes:
        mask: (H, W) bool. The object, as it was selected.
        sure: (H, W) bool. Surely the object.
        other: (H, W) bool. Surely not.
        far: (H, W) float32. Distance from the outline over the reach.
    """

    mask: MaskArray
    sure: MaskArray
    other: MaskArray
    far: FloatArray

    @property
    def open(self) -> MaskArray:
        """(H, W) bool. The rest, whose opacity is asked for."""
        return ~(self.sure | self.other)


def opacity(image: ImageArray, mask: MaskArray, reach: float) -> FloatArray:
    """Find how opaque an object is in a band along its outline.

    Closed-form matting [1] carries opacities from the certain pixels along smooth colours. By
    itself it leaks where the object or what is behind it has texture. So each pixel is also drawn
    towards what its own colour says, between the colours that the object and the background have
    near by, as in robust matting [2]; and where those two can hardly be told apart, or far from
    the outline, towards the mask. In a plain picture the opacity is the mask.

    A reach over 12 pixels is worked on in a smaller picture, and the opacity brought back along
    the colours of the large one.

    Args:
        image: (H, W, 3) uint8 RGB.
        mask: (H, W) bool. The object.
        reach: How far on either side of the outline the rim may extend, in pixels, at least 0.

    Returns:
        (H, W) float32 in [0, 1]. Equal to `mask` farther than `reach` from the outline, and
        everywhere for a reach below 1.

    References:
        [1] Levin, Lischinski, Weiss. A closed-form solution to natural image matting. TPAMI 2008.
            doi:10.1109/TPAMI.2007.1177
        [2] Wang, Cohen. Optimized color sampling for robust matting. CVPR 2007.
            doi:10.1109/CVPR.2007.383006
    """
    alpha = mask.astype(np.float32)
    if reach < 1 or not mask.any() or mask.all():
        return alpha
    part = morphology.neighbourhood(mask, int(_ROOM * reach) + 2)
    alpha[part] = _within(image[part], mask[part], reach)
    return alpha


def _within(image: ImageArray, mask: MaskArray, reach: float) -> FloatArray:
    scale = max(int(reach / WORK_REACH), 1)
    rim = _rim(mask, reach)
    if scale == 1:
        return _solved(image, rim, reach)
    size = (-(-mask.shape[1] // scale), -(-mask.shape[0] // scale))
    small: Any = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    cover = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    found = _solved(small, _rim(cover > 0.5, reach / scale), reach / scale)
    alpha = guided.enlarged(image, small, found)
    return np.where(rim.open, np.clip(alpha, 0, 1), mask).astype(np.float32)


def _rim(mask: MaskArray, reach: float) -> _Rim:
    within, without = morphology.depth(mask), morphology.depth(~mask)
    islands: Any
    count, islands = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    deepest = np.zeros(count, np.float32)
    np.maximum.at(deepest, islands[mask], within[mask])
    # An island that is nowhere deeper than the reach keeps its ridge.
    enough = np.minimum(reach, _RIDGE * deepest)[islands]
    far = np.clip((np.maximum(within, without) - 0.5) / np.float32(reach), 0, 1)
    return _Rim(mask, within > enough, without > reach, far.astype(np.float32))


def _solved(image: ImageArray, rim: _Rim, reach: float) -> FloatArray:
    """Return the opacity (H, W), in the photo's own resolution."""
    alpha = rim.mask.astype(np.float32)
    inside = rim.open
    if not inside.any():
        return alpha
    said, apart = separation.shares(image, rim.sure, rim.other, inside, reach)
    colour = _COLOUR * apart
    blind = _MASK * (1 - apart) ** 2 * (1 + _BLIND / (apart + _BLIND**3))
    mask = blind + _FAR * rim.far[inside] ** 4
    trust = colour + mask
    wanted = (colour * said + mask * rim.mask[inside]) / trust
    laplacian = Laplacian.of(image, inside)
    known = rim.sure.ravel()[laplacian.near].astype(np.float32)
    alpha[inside] = np.clip(laplacian.solve(known, wanted, trust), 0, 1)
    return alpha
