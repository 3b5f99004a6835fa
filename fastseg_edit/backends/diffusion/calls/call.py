"""Calls of a diffusers pipeline: orders of one kind go in, pictures come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from fastseg_edit import running
from fastseg_edit.backends.diffusion.calls import noise, precision
from fastseg_edit.backends.diffusion.calls.pictures import check, kept, pixels, tensor
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.diffusion.calls.orders import Order
    from fastseg_edit.backends.diffusion.loading.pipeline import Painter
    from fastseg_edit.errors import FastsegError


def paint(painter: Painter, orders: Sequence[Order]) -> list[ImageArray | FastsegError]:
    """Paint holes together.

    Args:
        painter: The networks.
        orders: Of one kind.

    Returns:
        For each hole its picture, or E_MODEL_OUTPUT if it is none, even in single precision.
    """
    pictures = _called(painter, orders)
    broken = [number for number, picture in enumerate(pictures) if isinstance(picture, ModelError)]
    if broken and precision.is_half(painter.pipeline):
        text = "half precision gave no picture, and the hole was painted in single precision"
        with precision.single(painter.pipeline):
            for number in broken:
                (pictures[number],) = _called(painter, [orders[number]])
                running.remark("W_PRECISION", text, about=orders[number].hole)
    return pictures


def _called(painter: Painter, orders: Sequence[Order]) -> list[ImageArray | FastsegError]:
    """Call the pipeline once, and look at each picture."""
    arguments = _arguments(painter, orders)
    with noise.drawn(painter.pipeline.scheduler, arguments["generator"]):
        painted = painter.pipeline(**arguments)
    unsafe = getattr(painted, "nsfw_content_detected", None) or [False] * len(orders)
    pictures: list[ImageArray | FastsegError] = []
    for order, picture, blanked in zip(orders, painted.images, unsafe, strict=True):
        try:
            check(picture, order.hole, blanked)
            pictures.append(pixels(picture))
        except ModelError as error:
            pictures.append(error)
    return pictures


def _arguments(painter: Painter, orders: Sequence[Order]) -> dict[str, Any]:
    """Return the arguments for orders of one kind. What an addition wants to be None is left out.

    A list of one has the pipeline do the same as without a list.
    """
    family, holes = painter.family, [order.hole for order in orders]
    pictures = np.stack([hole.image for hole in holes]) / np.float32(255)
    masks = np.stack([hole.mask for hole in holes])[..., None]
    arguments = {
        "prompt": [order.caption for order in orders],
        "image": tensor(pictures * 2 - 1 if family.signed else pictures),
        "mask_image": kept(tensor(masks), painter.cell),
        "height": masks.shape[1],
        "width": masks.shape[2],
        "generator": [torch.Generator().manual_seed(hole.seed) for hole in holes],
        "output_type": "np",
        "callback_on_step_end": _told,
        **orders[0].arguments(family.weighs),
        **_negatives(orders),
        **painter.arguments(holes),
    }
    return {name: value for name, value in arguments.items() if value is not None}


def _negatives(orders: Sequence[Order]) -> dict[str, Any]:
    if orders[0].negative is None:
        return {}
    return {"negative_prompt": [order.negative for order in orders]}


def _told(pipeline: Any, number: int, _: Any, __: dict[str, Any]) -> dict[str, Any]:
    """Tell whoever listens that a step is done; changes nothing."""
    running.step(number + 1, pipeline.num_timesteps)
    return {}
