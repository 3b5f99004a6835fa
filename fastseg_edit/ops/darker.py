"""A dark region compared with the ground round it: is it the same ground with less light?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray

# Lengths are shares of the longer side of what casts the shadow, darkness is in natural logarithms
# of light. All of it was chosen on drawn scenes, and on photos with drawn shadows and without any.
_GAP = 0.05  # half-shade, which belongs neither to the shadow nor to the ground
_RING = 0.12  # width of the ground that a shadow is compared with
_WIDE = 0.4  # how far round it nothing else may be as dark
_LEAST, _MOST = 0.3, 2.5  # how much darker a shadow is
_BLUER, _REDDER, _GREENER = 0.55, 0.2, 0.22  # shares of the darkening by which channels differ
_RARE = 0.05  # of the wide ground, that may be as dark
_PLAIN = 0.6  # of the darkening, between which most of the ground lies
_SAME = 0.5  # of the outline, where the darkening is within its half of the usual
_TINTED = 0.2  # of the darkening, by which its colour differs along the outline


class Darker(NamedTuple):
    """A dark region and the ground round it.

    Attributes:
        light: (h, w, 3) float32, logarithms of the light.
        region: (h, w) bool.
        core: (h, w) bool, the region without its half-shade.
        ring: (h, w) bool, the ground that it is compared with.
        step: (3,) how much darker it is in red, green and blue.
        gap: Pixels between region and ring.
    """

    light: NDArray[np.float32]
    region: MaskArray
    core: MaskArray
    ring: MaskArray
    step: NDArray[np.float32]
    gap: float

    @property
    def weight(self) -> float:
        """How much of a shadow it is: dark and large."""
        return float(self.step.mean() * np.sqrt(np.count_nonzero(self.region)))

    def share(self) -> tuple[NDArray[np.float32], float]:
        """Return the share of the darkening that each pixel has, and its deviation on ground.

        The ground under a pixel is the mean of the ring near by, as far as that can be told from
        the outside.
        """
        ring = self.ring.astype(np.float32)
        layers = np.dstack([self.light * ring[..., None], ring])
        near, far = (cv2.GaussianBlur(layers, (0, 0), size * self.gap) for size in (3, 12))
        sums = near + 1e-4 * far  # the wide mean answers where the narrow one sees no ground
        ground = sums[..., :3] / np.maximum(sums[..., 3:], 1e-9)
        share = ((ground - self.light) * self.step).sum(axis=2) / (self.step**2).sum()
        return share.astype(np.float32), float(share[self.ring].std())


@dataclass(frozen=True, eq=False)
class Ground:
    """What is round an object.

    Attributes:
        light: (h, w, 3) float32, logarithms of the light.
        object: (h, w) bool. No ground.
        side: Longer side of the object in pixels.
    """

    light: NDArray[np.float32]
    object: MaskArray
    side: float

    def around(self, region: MaskArray) -> Darker | None:
        """Compare a region with the ground round it; None if there is next to none."""
        gap = max(_GAP * self.side, 2)
        away = morphology.depth(~region)
        ring = (away > gap) & (away <= gap + _RING * self.side) & ~self.object
        core = region & (morphology.depth(region | self.object) >= min(gap / 2, 3))
        if np.count_nonzero(core) < 0.3 * np.count_nonzero(region):
            core = region  # a narrow one has nothing but half-shade
        if np.count_nonzero(ring) < 20:
            return None
        lit, dark = (np.median(self.light[where], axis=0) for where in (ring, core))
        return Darker(self.light, region, core, ring, np.asarray(lit - dark, np.float32), gap)

    def shows(self, darker: Darker) -> bool:
        """Tell whether the region is the ground with less light, and the ground plain enough."""
        return _is_shade(darker.step) and self._is_plain(darker) and self._is_even(darker)

    def _is_plain(self, darker: Darker) -> bool:
        brightness = self.light.mean(axis=2)
        step = float(darker.step.mean())
        low, usual, high = np.percentile(brightness[darker.ring], (15, 50, 85))
        away = morphology.depth(~darker.region)
        wide = (away > darker.gap) & (away <= _WIDE * self.side) & ~self.object
        as_dark = np.mean(brightness[wide] < usual - step / 2)
        return bool(high - low <= _PLAIN * step and as_dark <= _RARE)

    def _is_even(self, darker: Darker) -> bool:
        """Compare each place along the outline with the ground just beyond it."""
        reach = 2 * int(darker.gap + _RING * self.side) + 1
        ring = darker.ring.astype(np.float32)
        layers = np.dstack([self.light * ring[..., None], ring])
        sums = cv2.boxFilter(
            layers, -1, (reach, reach), normalize=False, borderType=cv2.BORDER_CONSTANT
        )
        rim = morphology.depth(darker.region) <= max(darker.gap, 3)
        rim &= darker.core & (sums[..., 3] > 0.5)
        if np.count_nonzero(rim) < 8:
            return False
        steps = sums[rim][:, :3] / sums[rim][:, 3:] - self.light[rim]
        mean = steps.mean(axis=1)
        usual = darker.step.mean()
        same = np.mean(np.abs(mean - usual) < usual / 2)
        tints = np.abs(steps - mean[:, None] - (darker.step - usual)).max(axis=1)
        return bool(same >= _SAME and np.median(tints) <= _TINTED * usual)


def _is_shade(step: NDArray[np.float32]) -> bool:
    """Tell whether a darkening is one of light: much the same in all channels, less in blue."""
    red, green, blue = step
    mean = float(step.mean())
    if not _LEAST <= mean <= _MOST:
        return False
    tinted = abs(green - (red + blue) / 2) > _GREENER * mean
    return not tinted and -_BLUER * mean <= blue - red <= _REDDER * mean
