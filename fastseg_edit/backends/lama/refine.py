"""A picture painted anew until, made small, it looks like a smaller one that came out well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from fastseg_edit import running

if TYPE_CHECKING:
    from torch import Tensor

    from fastseg_edit.backends.lama.network import Generator

_RATE = 0.002  # of the optimiser, as published


def refined(
    network: Generator, inputs: tuple[Tensor, Tensor], size: tuple[int, int], steps: int
) -> Tensor:
    """Paint a hole so that it agrees with a draft at a lower resolution.

    LaMa was trained on small pictures: in large ones it sees texture, and loses the structure of a
    wide hole. What its first layers return is changed by gradient descent until the painted
    picture, made small, has the colours that the draft has then [1].

    Args:
        network: The network. Its weights stay as they are.
        inputs: Image (1, 3, H, W) in [0, 1], with the draft in the hole; and mask (1, 1, H, W) of
            0 and 1.
        size: (h, w) at which the two are compared.
        steps: Steps of gradient descent, at least 1.

    Returns:
        (1, 3, H, W) in [0, 1], equal to the image outside the hole.

    References:
        [1] Kulshreshtha, Pugh, Jiddi. Feature refinement to improve high resolution image
            inpainting. CVPR workshops 2022. arXiv:2206.13644
    """
    draft, weight = (functional.interpolate(each, size, mode="area") for each in inputs)
    with torch.no_grad():
        start = network.start(*inputs)
    features = start.features.clone().requires_grad_()
    optimiser = torch.optim.Adam([features], lr=_RATE)
    for number in range(1, steps + 1):
        optimiser.zero_grad()
        small = functional.interpolate(network.finish(start, features), size, mode="area")
        loss = ((small - draft).abs() * weight).sum() / weight.sum().clamp(min=1e-6)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        running.step(number, steps)
    with torch.no_grad():
        return network.finish(start, features)
