"""LaMa as its authors published it, in the names and the order of their weights, at any size.

Written from the paper and the names in the published file, for tests alone: what is loaded from
such weights has to paint what this paints.
"""

import torch
from torch import nn


class Spectrum(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv_layer = nn.Conv2d(2 * channels, 2 * channels, 1, bias=False)
        self.bn = nn.BatchNorm2d(2 * channels)

    def forward(self, features):
        spectrum = torch.view_as_real(torch.fft.rfftn(features, dim=(-2, -1), norm="ortho"))
        turns = spectrum.permute(0, 1, 4, 2, 3).flatten(1, 2)
        turns = self.bn(self.conv_layer(turns)).relu()
        pairs = turns.unflatten(1, (-1, 2)).permute(0, 1, 3, 4, 2).contiguous()
        mixed = torch.view_as_complex(pairs)
        return torch.fft.irfftn(mixed, s=features.shape[-2:], dim=(-2, -1), norm="ortho")


class Spectral(nn.Module):
    def __init__(self, channels):
        super().__init__()
        half = channels // 2
        self.conv1 = nn.Sequential(
            nn.Conv2d(channels, half, 1, bias=False), nn.BatchNorm2d(half), nn.ReLU()
        )
        self.fu = Spectrum(half)
        self.conv2 = nn.Conv2d(half, channels, 1, bias=False)

    def forward(self, features):
        narrow = self.conv1(features)
        return self.conv2(narrow + self.fu(narrow))


def convolution(before, after, side, stride=1, padding=0):
    shape = (before, after, side, stride, padding)
    return nn.Conv2d(*shape, padding_mode="reflect", bias=False)


class Strided(nn.Module):
    """A convolution into one bundle of channels, or into two."""

    def __init__(self, before, near, far, side, stride, padding):
        super().__init__()
        self.ffc = nn.Module()
        self.ffc.convl2l = convolution(before, near, side, stride, padding)
        self.bn_l = nn.BatchNorm2d(near)
        self.splits = far > 0
        if self.splits:
            self.ffc.convl2g = convolution(before, far, side, stride, padding)
            self.bn_g = nn.BatchNorm2d(far)

    def forward(self, features):
        near = self.bn_l(self.ffc.convl2l(features)).relu()
        return (near, self.bn_g(self.ffc.convl2g(features)).relu()) if self.splits else near


class Fourier(nn.Module):
    def __init__(self, near, far):
        super().__init__()
        self.ffc = nn.Module()
        self.ffc.convl2l = convolution(near, near, 3, padding=1)
        self.ffc.convl2g = convolution(near, far, 3, padding=1)
        self.ffc.convg2l = convolution(far, near, 3, padding=1)
        self.ffc.convg2g = Spectral(far)
        self.bn_l, self.bn_g = nn.BatchNorm2d(near), nn.BatchNorm2d(far)

    def forward(self, bundles):
        near, far = bundles
        to_near = self.ffc.convl2l(near) + self.ffc.convg2l(far)
        to_far = self.ffc.convl2g(near) + self.ffc.convg2g(far)
        return self.bn_l(to_near).relu(), self.bn_g(to_far).relu()


class Block(nn.Module):
    def __init__(self, near, far):
        super().__init__()
        self.conv1, self.conv2 = Fourier(near, far), Fourier(near, far)

    def forward(self, bundles):
        near, far = self.conv2(self.conv1(bundles))
        return bundles[0] + near, bundles[1] + far


class Together(nn.Module):
    def forward(self, bundles):
        return torch.cat(bundles, 1)


class Published(nn.Module):
    """The generator as the authors' training holds it, and as their program runs it.

    Args:
        width: Channels at full resolution; 64 in big-lama.
        blocks: Residual blocks; 18 in big-lama.
    """

    def __init__(self, width=8, blocks=2):
        super().__init__()
        near, far = 2 * width, 6 * width
        doublings = [
            layer
            for level in (8, 4, 2)
            for layer in (
                nn.ConvTranspose2d(level * width, level * width // 2, 3, 2, 1, 1),
                nn.BatchNorm2d(level * width // 2),
                nn.ReLU(),
            )
        ]
        self.generator = nn.Module()
        self.generator.model = nn.Sequential(
            nn.ReflectionPad2d(3),
            Strided(4, width, 0, 7, 1, 0),
            Strided(width, 2 * width, 0, 3, 2, 1),
            Strided(2 * width, 4 * width, 0, 3, 2, 1),
            Strided(4 * width, near, far, 3, 2, 1),
            *(Block(near, far) for _ in range(blocks)),
            Together(),
            *doublings,
            nn.ReflectionPad2d(3),
            nn.Conv2d(width, 3, 7),
            nn.Sigmoid(),
        )

    def forward(self, image, mask):
        painted = self.generator.model(torch.cat((image * (1 - mask), mask), 1))
        return mask * painted + (1 - mask) * image


def published(**size):
    """Return such a network with weights, biases and statistics that are all of them in play."""
    torch.manual_seed(0)
    network = Published(**size)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values in (module.weight, module.running_var):
                nn.init.uniform_(values, 0.5, 1.5)
            for values in (module.bias, module.running_mean):
                nn.init.normal_(values, std=0.2)
    return network.eval()
