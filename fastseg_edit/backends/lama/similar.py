"""A fill from what looks alike: pixels at those distances at which the picture repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor

_BACKGROUND = 0.6  # share of the known pixels that are surely no object
_BOUND = 6.0  # times their squared distance from the usual colour, beyond which others are objects
_SHARPNESS = 0.03  # share of the variance by which a shift may be worse than the best one
_OVERLAP = 0.15  # share of the surroundings that a shift has to leave inside the picture
_FAR = 1e3
_LEAST = 1e-5  # least weight of a shift, still above the rounding of a Fourier transform


def continued(known: Tensor, mask: Tensor) -> Tensor:
    """Paint every pixel as the mean of those that lie at a good distance from it.

    A picture compared with itself, shifted, says at which shifts it repeats [1]. Each shift gets
    a weight by how well the surroundings of the hole fit then, without objects: colours far from
    the usual one do not count. Sums over all shifts are correlations, so Fourier transforms do
    it at once for all pixels [2]. What is known is painted too, from elsewhere: where that fits,
    the fill can be trusted.

    Args:
        known: (N, C, H, W) in [0, 1], 0 in the hole. Sides are multiples of 8.
        mask: (N, 1, H, W) of 0 and 1, which marks the hole.

    Returns:
        (N, C, H, W).

    References:
        [1] He, Sun. Statistics of patch offsets for image completion. ECCV 2012.
            doi:10.1007/978-3-642-33709-3_2
        [2] Padfield. Masked object registration in the Fourier domain. TIP 2012.
            doi:10.1109/TIP.2011.2181402
    """
    usual, apart, trust = _background(known, 1 - mask)
    near = trust * _surroundings(mask)
    square = apart.square().sum(1, keepdim=True)
    weight = _weights(_spectra(near, apart, square), _spectra(trust, apart, square), near, square)
    size = _doubled(mask)
    kernel = torch.fft.rfft2(weight).conj()
    sums: Tensor = torch.fft.irfft2(
        kernel * torch.fft.rfft2(torch.cat((trust * apart, trust), 1), s=size)
    )
    height, width = mask.shape[-2:]
    sums = sums[..., :height, :width]
    return usual + sums[:, :-1] / sums[:, -1:].clamp(min=1e-4)


def _background(known: Tensor, weight: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the usual colour, how each pixel differs, and how far it is of the background."""
    pixels = torch.where(weight > 0, known, torch.nan)[..., ::2, ::2].flatten(2)
    usual = pixels.nanmedian(2).values.nan_to_num(0.5)[..., None, None]
    apart = (known - usual) * weight
    square = apart.square().sum(1, keepdim=True)
    distances = torch.where(weight > 0, square, torch.nan)[..., ::2, ::2].flatten(2)
    scale = distances.nanquantile(_BACKGROUND, 2).nan_to_num(0.0)[..., None, None].clamp(min=1e-4)
    return usual, apart, weight * torch.exp(-(square / (_BOUND * scale)).square())


def _surroundings(mask: Tensor) -> Tensor:
    """Return a weight that falls off within some 20 pixels of the hole."""
    coarse = functional.avg_pool2d(mask, 8)
    for _ in range(3):
        coarse = functional.avg_pool2d(coarse, 3, 1, 1)
    size = (mask.shape[-2], mask.shape[-1])
    raised: Tensor = functional.interpolate(coarse, size, mode="bilinear", align_corners=False)
    return 0.01 + raised


def _doubled(mask: Tensor) -> tuple[int, int]:
    """Return a size in which no shift wraps round."""
    return 2 * mask.shape[-2], 2 * mask.shape[-1]


def _spectra(weight: Tensor, apart: Tensor, square: Tensor) -> Tensor:
    """Return the spectra of weights, weighted colours and weighted squares: (N, C + 2, ...)."""
    parts = torch.cat((weight, weight * apart, weight * square), 1)
    spectra: Tensor = torch.fft.rfft2(parts, s=_doubled(weight))
    return spectra


def _weights(fixed: Tensor, shifted: Tensor, near: Tensor, square: Tensor) -> Tensor:
    """Return the weight of each shift: (N, 1, 2H, 2W), 1 for the best one.

    Args:
        fixed: Spectra of the surroundings of the hole.
        shifted: Those of what they are compared with.
        near: (N, 1, H, W), the weights of the surroundings.
        square: (N, 1, H, W), squared distances from the usual colour.
    """
    size = _doubled(near)
    fixed = fixed.conj()
    both = torch.fft.irfft2(fixed[:, :1] * shifted[:, :1], s=size)
    products = (fixed[:, 1:-1] * shifted[:, 1:-1]).sum(1, keepdim=True)
    error = fixed[:, :1] * shifted[:, -1:] + fixed[:, -1:] * shifted[:, :1] - 2 * products
    total = near.sum((2, 3), keepdim=True).clamp(min=1e-3)
    overlaps = both > _OVERLAP * total
    mean = torch.fft.irfft2(error, s=size) / both.clamp(min=1e-3 * total)
    mean = torch.where(overlaps, mean.clamp(min=0), _FAR)
    mean[..., 0, 0] = _FAR  # a pixel is no neighbour of itself
    variance = (near * square).sum((2, 3), keepdim=True) / total
    worse = mean - mean.amin((2, 3), keepdim=True)
    fit: Tensor = torch.exp(-worse / (2 * _SHARPNESS * variance + 1e-6)).clamp(min=_LEAST)
    fit = fit * overlaps
    fit[..., 0, 0] = 0
    return fit
