"""The network of LaMa: a few convolutions that each see the whole picture, through its spectrum."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, cast

import torch
from torch import nn

from fastseg_edit.backends.lama.similar import continued
from fastseg_edit.backends.lama.smooth import filled
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from torch import Tensor

_STEP = 0.1  # what is added to a fill is small next to what the layers work with


@dataclass(frozen=True)
class Configuration(Checked):
    """How large the network is.

    Args:
        width: Channels at full resolution; doubled with each halving of the resolution.
        halvings: How often the resolution is halved before the blocks. Sides of a picture are
            multiples of 2 to the power of it.
        blocks: Residual blocks at the low resolution.
        share: Share of the low resolution's channels that see the whole picture.
        residual: True to start from two simple fills, a smooth one and one that repeats what is
            round the hole: the network sees both, says where to take which, and what to add. So
            a small training gets far. False, as in the paper, to paint from nothing.
    """

    width: Annotated[int, Range(4, 256)] = 64
    halvings: Annotated[int, Range(1, 3)] = 3
    blocks: Annotated[int, Range(1, 64)] = 18
    share: Annotated[float, Range(0.25, 0.75)] = 0.75
    residual: bool = False


class Start(NamedTuple):
    """What the first layers make of a picture with a hole.

    Attributes:
        known: (N, 3, H, W) in [0, 1], 0 in the hole.
        mask: (N, 1, H, W) of 0 and 1, which marks the hole.
        features: (N, C, h, w), what the blocks work on.
        smooth: (N, 3, H, W), the smooth fill of a residual network, None for others.
        similar: (N, 3, H, W), its fill by likeness.
    """

    known: Tensor
    mask: Tensor
    features: Tensor
    smooth: Tensor | None = None
    similar: Tensor | None = None


class Generator(nn.Module):
    """Paints the hole of a picture.

    The defaults of the configuration are those of big-lama.

    Args:
        configuration: How large it is.

    References:
        Suvorov et al. Resolution-robust large mask inpainting with Fourier convolutions.
        WACV 2022. arXiv:2109.07161
    """

    def __init__(self, configuration: Configuration) -> None:
        super().__init__()
        self.configuration = configuration
        widths = [configuration.width << level for level in range(configuration.halvings + 1)]
        pairs = list(pairwise(widths))
        self.encoder = nn.Sequential(
            _convolution(7 if configuration.residual else 4, widths[0], 7),
            *(_convolution(*pair, 3, 2) for pair in pairs),
        )
        self.blocks = nn.Sequential(
            *(FourierBlock(widths[-1], configuration.share) for _ in range(configuration.blocks))
        )
        last = nn.Conv2d(
            widths[0], 4 if configuration.residual else 3, 7, padding=3, padding_mode="reflect"
        )
        if configuration.residual:
            nn.init.zeros_(last.weight)  # the first steps should not make the fills worse
        self.decoder = nn.Sequential(
            *(_doubling(after, before) for before, after in reversed(pairs)), last
        )

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        """Paint.

        Args:
            image: (N, 3, H, W) in [0, 1]. What lies under the mask is not looked at.
            mask: (N, 1, H, W) of 0 and 1, which marks the hole.

        Returns:
            (N, 3, H, W) in [0, 1]. Equal to the image outside the hole.
        """
        start = self.start(image, mask)
        return self.finish(start, start.features)

    def start(self, image: Tensor, mask: Tensor) -> Start:
        """Look at a picture, in the words of `forward`, with the layers before the blocks."""
        known = image * (1 - mask)
        if not self.configuration.residual:
            return Start(known, mask, self._features(known, mask))
        smooth, similar = filled(known, mask), continued(known, mask)
        features = self._features(smooth, mask, similar - smooth)
        return Start(known, mask, features, smooth, similar)

    def finish(self, start: Start, features: Tensor) -> Tensor:
        """Paint what the blocks make of features: those of the start, or better ones.

        Args:
            start: What `start` returned.
            features: (N, C, h, w) as in `start`.

        Returns:
            As `forward`.
        """
        raw: Tensor = self.decoder(self.blocks(features))
        raw = raw.float()  # a training may compute the rest in half precision
        if start.smooth is None or start.similar is None:
            painted = raw.sigmoid()
        else:  # choose between two fills, pixel by pixel, and add what both lack
            choice = raw[:, :1].sigmoid() * (start.similar - start.smooth)
            painted = start.smooth + choice + _STEP * raw[:, 1:]
        return start.known + painted.clamp(0, 1) * start.mask

    def _features(self, *inputs: Tensor) -> Tensor:
        return cast("Tensor", self.encoder(torch.cat(inputs, 1)))


class FourierBlock(nn.Module):
    """Two Fourier convolutions and a way round them."""

    def __init__(self, channels: int, share: float) -> None:
        super().__init__()
        self.first = FourierConvolution(channels, share)
        self.second = FourierConvolution(channels, share)

    def forward(self, features: Tensor) -> Tensor:
        """Add to the features what the two convolutions find: (N, C, H, W) to the same."""
        return features + cast("Tensor", self.second(self.first(features)))


class FourierConvolution(nn.Module):
    """A convolution in which some channels see their neighbourhood and some the whole picture.

    References:
        Chi, Jiang, Mu. Fast Fourier convolution. NeurIPS 2020.
    """

    def __init__(self, channels: int, share: float) -> None:
        super().__init__()
        everywhere = round(channels * share)
        self.split = (channels - everywhere, everywhere)
        self.to_near = nn.Conv2d(
            channels, self.split[0], 3, padding=1, padding_mode="reflect", bias=False
        )
        self.near_to_far = nn.Conv2d(*self.split, 3, padding=1, padding_mode="reflect", bias=False)
        self.far_to_far = SpectralTransform(everywhere)
        self.finish = nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU())

    def forward(self, features: Tensor) -> Tensor:
        """Convolve: (N, C, H, W) to the same."""
        near, far = features[:, : self.split[0]], features[:, self.split[0] :]
        seen = self.near_to_far(near) + self.far_to_far(far)
        return cast("Tensor", self.finish(torch.cat((self.to_near(features), seen), 1)))


class SpectralTransform(nn.Module):
    """Mixes channels in the spectrum, where each number speaks for the whole picture.

    What repeats is a peak in the spectrum, so it is carried into the hole at once, however wide
    that is.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        inner = channels // 2
        self.narrow = _convolution(channels, inner, 1)
        self.mix = _convolution(2 * inner, 2 * inner, 1)
        self.widen = nn.Conv2d(inner, channels, 1, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        """Mix: (N, C, H, W) to the same."""
        narrow = self.narrow(features).float()
        spectrum = torch.fft.rfft2(narrow, norm="ortho")
        mixed = self.mix(torch.cat((spectrum.real, spectrum.imag), 1)).float()
        real, imaginary = mixed.chunk(2, 1)
        spectrum = torch.complex(real.contiguous(), imaginary.contiguous())
        back = torch.fft.irfft2(spectrum, s=narrow.shape[-2:], norm="ortho")
        return cast("Tensor", self.widen(narrow + back))


def _convolution(before: int, after: int, side: int, stride: int = 1) -> nn.Sequential:
    mode: Literal["reflect", "zeros"] = "reflect" if side > 1 else "zeros"
    return nn.Sequential(
        nn.Conv2d(before, after, side, stride, side // 2, padding_mode=mode, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )


def _doubling(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.ConvTranspose2d(before, after, 3, 2, 1, output_padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )
