"""Many holes of one shape, in as few calls of the pipeline as can be."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from fastseg_edit.backends.diffusion.calls import call
from fastseg_edit.backends.diffusion.calls.orders import Order
from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.diffusion.calls.memory import Thrift
    from fastseg_edit.backends.diffusion.calls.orders import Wishes
    from fastseg_edit.backends.diffusion.loading.pipeline import Painter
    from fastseg_edit.protocols import Hole

PIXELS = {"cpu": 16 * 64**2, "cuda": 4 * 1024**2}
"""What goes through a network together, if nothing is said. On a CPU, more gains nothing."""


def paint(
    thrift: Thrift, holes: Sequence[Hole], wishes: Wishes, size: int | None
) -> list[ImageArray | FastsegError]:
    """Paint holes of one shape, those that can share a call together.

    Args:
        thrift: The networks, and how sparing they have to be.
        holes: What is to be painted.
        wishes: What was asked for.
        size: How many at once. None for as many as gain something.

    Returns:
        For each hole its picture, or why there is none.
    """
    groups = defaultdict(list)
    done: dict[int, ImageArray | FastsegError] = {}
    for number, hole in enumerate(holes):
        try:
            order = Order.of(hole, thrift.painter, wishes)
            groups[order.kind].append((number, order))
        except FastsegError as error:
            done[number] = error
    for group in groups.values():
        numbers, orders = zip(*group, strict=True)
        at_once = _at_once(thrift.painter, orders[0].hole, size)
        work = partial(call.paint, thrift.painter)
        done |= zip(numbers, thrift.spread(orders, at_once, work), strict=True)
    return [done[number] for number in range(len(holes))]


def _at_once(painter: Painter, hole: Hole, size: int | None) -> int:
    """Return how many holes like one go through the networks together."""
    if not painter.family.together:
        return 1
    pixels = PIXELS["cuda" if painter.pipeline.device.type == "cuda" else "cpu"]
    return size or max(1, pixels // hole.mask.size)
