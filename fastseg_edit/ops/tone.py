"""A painted window brought to the tone of the photo that it goes into.

A diffusion model paints through an autoencoder, which gives back even the pixels that it was to
keep in slightly other colours. What it did to the surroundings of the hole it did to the hole, too,
and in the surroundings the photo says what it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import cv2
import numpy as np

from fastseg_edit.ops import morphology, poisson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

    FloatArray: TypeAlias = NDArray[np.float32]

Match: TypeAlias = Literal["none", "gain", "membrane"]

RING = 12
"""Pixels round the hole in which the patch is compared with the photo."""

LIMIT = 24.0
"""Levels of 0 to 255. What differs by more is another thing and not another tone."""

_GRID = 64  # cells along the longer side: a tone has no detail, and 128 gain 0.03 dB
_TRUSTED = 0.5  # share of the ring that must be the same thing in another tone, or nothing is done
_STEADY = 100.0  # squared levels: a ring with less contrast says little of the gain
_GAIN = 0.15
_LEAST = 0.05  # share of the largest weight below which a cell is not believed at all


class _Ring(NamedTuple):
    """What the ring says, on a coarse grid.

    Attributes:
        seen: (h, w, 3) The patch.
        difference: (h, w, 3) Photo less patch, 0 where the ring does not reach.
        weight: (h, w) How far a cell is believed, 0 to 1.
        reached: (h, w) How much of a cell belongs to the ring, 0 to 1.
    """

    seen: FloatArray
    difference: FloatArray
    weight: FloatArray
    reached: FloatArray


def matched(
    patch: ImageArray, image: ImageArray, mask: MaskArray, how: Match = "membrane"
) -> ImageArray:
    """Change the tone of a patch so that it agrees with the photo round the hole.

    The difference is measured in a ring just outside the hole, in cells of a coarse grid, so that
    texture which the model did not reproduce has no say. Cells that differ by more than a tone do
    not count, as in Tukey's biweight [1]; if most of them do not, nothing is changed, for the
    patch says nothing of the photo.

    Args:
        patch: (H, W, 3) uint8. What a model painted, with its rendering of the surroundings.
        image: (H, W, 3) uint8. What the model was shown.
        mask: (H, W) bool, the hole.
        how: "gain" for one gain and one offset a channel, fitted to the ring; the gain is that of
            means over cells, so that it does not amplify noise. "membrane" for the smoothest
            correction that is right everywhere on the ring, as in seamless cloning [2, 3]. "none"
            to leave the patch alone.

    Returns:
        (H, W, 3) uint8. The patch itself where it agrees with the photo on the whole ring. No
        pixel changes by more than `LIMIT`.

    References:
        [1] Beaton, Tukey. The fitting of power series, meaning polynomials, illustrated on
            band-spectroscopic data. Technometrics 1974. doi:10.1080/00401706.1974.10489171
        [2] Pérez, Gangnet, Blake. Poisson image editing. SIGGRAPH 2003.
            doi:10.1145/882262.882269
        [3] Farbman, Hoffer, Lipman, Cohen-Or, Lischinski. Coordinates for instant image cloning.
            SIGGRAPH 2009. doi:10.1145/1531326.1531373
    """
    ring = morphology.dilate(mask, RING) & ~mask
    if how == "none" or np.array_equal(patch[ring], image[ring]):
        return patch
    measured = _measured(patch, image, ring)
    believed = measured.reached[measured.weight > 0].sum()
    if believed < _TRUSTED * measured.reached.sum():
        return patch
    cells = _gained(measured) if how == "gain" else _stretched(measured)
    correction = cv2.resize(cells, mask.shape[::-1], interpolation=cv2.INTER_LINEAR)
    corrected = patch + np.clip(correction, -LIMIT, LIMIT)
    return np.clip(np.rint(corrected), 0, 255).astype(np.uint8)


def _measured(patch: ImageArray, image: ImageArray, ring: MaskArray) -> _Ring:
    height, width = ring.shape
    scale = max(1.0, max(height, width) / _GRID)
    size = max(round(width / scale), 1), max(round(height / scale), 1)

    def cells(values: FloatArray) -> FloatArray:
        return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)

    apart = image.astype(np.float32) - patch
    same = ring & (np.abs(apart).max(axis=-1) < 2 * LIMIT)  # texture may differ by more than tone
    believed = cells(same.astype(np.float32))
    difference = cells(apart * same[..., None]) / believed.clip(min=1e-6)[..., None]
    other = np.minimum(np.abs(difference).max(axis=-1) / np.float32(LIMIT), 1)
    weight = np.asarray(believed * np.square(1 - np.square(other)), np.float32)
    return _Ring(
        cells(patch.astype(np.float32)), difference, weight, cells(ring.astype(np.float32))
    )


def _gained(ring: _Ring) -> FloatArray:
    """Return the correction that is a straight line in the patch's own values."""
    weight = (ring.weight / ring.weight.sum())[..., None]
    centre, offset = ((weight * each).sum(axis=(0, 1)) for each in (ring.seen, ring.difference))
    spread = ring.seen - centre
    slope = (weight * spread * (ring.difference - offset)).sum(axis=(0, 1))
    slope /= (weight * spread**2).sum(axis=(0, 1)) + _STEADY
    correction: FloatArray = offset + np.clip(slope, -_GAIN, _GAIN) * spread
    return correction


def _stretched(ring: _Ring) -> FloatArray:
    """Return the correction that goes smoothly from what the ring says here to what it says there.

    The difference is averaged along the ring first.
    """
    unknown = ring.weight < _LEAST * ring.weight.max()
    weight = np.maximum(cv2.GaussianBlur(ring.weight, (0, 0), 1), 1e-6)
    values = cv2.GaussianBlur(ring.difference * ring.weight[..., None], (0, 0), 1)
    fields = [
        poisson.membrane(values[..., channel] / np.float32(weight), unknown) for channel in range(3)
    ]
    return np.dstack(fields)
