"""The shadow that an object casts on what it stands on, where it touches the object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from fastseg_edit.ops import morphology
from fastseg_edit.ops.darker import Darker, Ground

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

WORK_SIDE = 128
"""Pixels of the object's longer side at which shadows are looked for: they are large and soft."""

_GAMMA = 2.2  # from levels to light
_DARK = 0.01  # of full light, where noise and reflections hide all differences
_LEVELS = 24  # of brightness at which dark regions are cut out
_FINENESS = (0.012, 0.035)  # of the longer side: what is smoothed away, so that grass is one ground
_RIM = 0.02  # of the longer side: soft rim of the object, which is neither object nor ground
_SMALLEST, _LARGEST = 0.015, 1.6  # of the object's area
_CONTACT = 0.03  # of the object's outline, along which its shadow touches it
_CUT = 0.1  # of a shadow's outline that may lie at the end of reach or of the photo
_BEYOND = 0.35  # of the longer side, by which more of the photo is looked at than reach says
_FAINT = 0.12  # of the darkening: half-shade fainter than that is left out
_HOLE = 0.1  # of the longer side: what a shadow encloses belongs to it up to this side


def take_in(image: ImageArray, mask: MaskArray, reach: float) -> MaskArray:
    """Grow a mask over the shadow that touches the object, if there is one.

    A shadow takes away the same share of the light everywhere, so that in logarithms it is a
    constant step, nearly the same in all three channels [1, 2], under the open sky somewhat less
    in blue. Regions darker than one level or another that touch the object are compared with the
    ground round them. One is taken for a shadow if its step is such, is the same along its
    outline, and if the ground is plain enough to tell: nothing else near by is as dark. In doubt
    the mask stays as it is, since a shadow left in is seen less than a wall that is gone.

    Args:
        image: (H, W, 3) uint8 RGB.
        mask: (H, W) bool.
        reach: How far from the mask the shadow may extend, in pixels, at least 0.

    Returns:
        (H, W) bool. Holds `mask`, and nothing farther than about `reach` from it.

    References:
        [1] Cucchiara, Grana, Piccardi, Prati. Detecting moving objects, ghosts, and shadows in
            video streams. TPAMI 2003. doi:10.1109/TPAMI.2003.1233909
        [2] Finlayson, Hordley, Lu, Drew. On the removal of shadows from images. TPAMI 2006.
            doi:10.1109/TPAMI.2006.18
    """
    if reach < 1 or not mask.any() or mask.all():
        return mask
    margin = int(reach + _BEYOND * morphology.longer_side(mask)) + 4
    part = morphology.neighbourhood(mask, margin)
    scene = Scene.of(image[part], mask[part], reach)
    found = [
        darker
        for fineness in _FINENESS
        for darker in _shadows(scene, _smoothed(scene, fineness * scene.side))
    ]
    if not found:
        return mask
    shadow = _with_half_shade(scene, max(found, key=lambda darker: darker.weight))
    height, width = mask[part].shape
    share = cv2.resize(shadow.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    whole = mask.copy()
    whole[part] |= share > 0.5
    return whole


class Scene(NamedTuple):
    """An object and what is round it, at the size at which shadows are looked for.

    Attributes:
        light: (h, w, 3) float32, logarithms of the light.
        object: (h, w) bool, with its soft rim.
        touching: (h, w) bool, the pixels next to the object.
        area: Pixels of the object.
        allowed: (h, w) bool, within reach of the object.
        ends: (h, w) bool, where reach or the picture ends.
        side: Longer side of the object in pixels.
    """

    light: NDArray[np.float32]
    object: MaskArray
    touching: MaskArray
    area: int
    allowed: MaskArray
    ends: MaskArray
    side: float

    @classmethod
    def of(cls, image: ImageArray, mask: MaskArray, reach: float) -> Scene:
        """Scale a picture down so that the object is at most `WORK_SIDE` long."""
        longer = morphology.longer_side(mask)
        scale = min(1.0, WORK_SIDE / longer)
        height, width = (max(round(side * scale), 1) for side in mask.shape)
        small: Any = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        cover: Any = cv2.resize(
            mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA
        )
        wide = morphology.dilate(cover > 0, max(_RIM * longer * scale, 1))
        away = morphology.depth(cover <= 0.5)
        border = np.ones_like(wide)
        border[2:-2, 2:-2] = False
        return cls(
            np.log((small.astype(np.float32) / 255) ** _GAMMA + _DARK),
            wide,
            morphology.dilate(wide, 1.5) & ~wide,
            int(np.count_nonzero(cover > 0.5)),
            (away <= reach * scale) & ~wide,
            border | (away > reach * scale - 1.5),
            longer * scale,
        )


def _smoothed(scene: Scene, deviation: float) -> NDArray[np.float32]:
    """Return the light without fine texture. Nothing of the object's own gets into it."""
    free = (~scene.object).astype(np.float32)
    deviation = max(deviation, 0.7)
    share = cv2.GaussianBlur(free, (0, 0), deviation)
    sums = cv2.GaussianBlur(scene.light * free[..., None], (0, 0), deviation)
    return np.asarray(sums / np.maximum(share, 1e-3)[..., None], np.float32)


def _shadows(scene: Scene, light: NDArray[np.float32]) -> Iterator[Darker]:
    ground = Ground(light, scene.object, scene.side)
    for region in _regions(scene, light.mean(axis=2)):
        darker = ground.around(region)
        if darker is not None and ground.shows(darker):
            yield darker


def _regions(scene: Scene, brightness: NDArray[np.float32]) -> Iterator[MaskArray]:
    """Yield regions darker than some level that touch the object along a line, and end."""
    if not scene.allowed.any():
        return
    levels = np.quantile(brightness[scene.allowed], np.linspace(0.02, 0.9, _LEVELS))
    outline = max(int(np.count_nonzero(scene.touching)), 1)
    for level in np.unique(levels):
        dark = (scene.allowed & (brightness < level)).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=4)
        contacts = np.bincount(labels[scene.touching], minlength=len(stats))
        sizes: NDArray[np.float64] = np.asarray(stats[:, cv2.CC_STAT_AREA]) / scene.area
        likely = (contacts >= _CONTACT * outline) & (sizes >= _SMALLEST) & (sizes <= _LARGEST)
        for label in np.flatnonzero(likely[1:]) + 1:
            region = morphology.fill_holes(labels == label, _HOLE * scene.side)
            if _ends_by_itself(scene, region):
                yield region


def _ends_by_itself(scene: Scene, region: MaskArray) -> bool:
    outline = region & morphology.dilate(~region, 1.5) & ~scene.touching
    cut = np.count_nonzero(region & scene.ends)
    return bool(cut <= _CUT * max(int(np.count_nonzero(outline)), 1))


def _with_half_shade(scene: Scene, darker: Darker) -> MaskArray:
    """Take in the soft rim of a shadow, and what lies between it and the object."""
    share, noise = darker.share()
    away = morphology.depth(~darker.region)
    soft = (away <= 2.5 * darker.gap) & (share > max(_FAINT, min(noise, 0.35))) & scene.allowed
    whole = (darker.region | soft).astype(np.uint8)
    _, labels = cv2.connectedComponents(whole, connectivity=8)
    shadow: MaskArray = np.isin(labels, np.unique(labels[darker.region]))
    between = scene.object & (morphology.depth(~shadow) <= max(0.05 * scene.side, 3))
    enclosed = morphology.fill_holes(shadow | scene.object, _HOLE * scene.side) & ~scene.object
    return shadow | between | enclosed
