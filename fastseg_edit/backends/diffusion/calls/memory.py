"""What is done when memory runs out: fewer holes at once, then slower ways that need less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import torch

from fastseg_edit import running
from fastseg_edit.backends import shortage
from fastseg_edit.errors import ResourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastseg_edit.backends.diffusion.loading.pipeline import Painter
    from fastseg_edit.errors import FastsegError

    Given = TypeVar("Given")
    Made = TypeVar("Made")

_HINT = (
    "Use a smaller model, half precision, or offload=model on a GPU; or end what else is running."
)


@dataclass
class Thrift:
    """How sparing a painter has to be, as it turned out in this session.

    Attributes:
        painter: The networks.
        sliced: True if attention is computed in slices.
        most: Holes at once, if fewer than were asked for. None as long as memory sufficed.
    """

    painter: Painter
    sliced: bool = False
    most: int | None = None

    def spread(
        self,
        orders: Sequence[Given],
        size: int,
        paint: Callable[[Sequence[Given]], list[Made | FastsegError]],
    ) -> list[Made | FastsegError]:
        """Paint in batches, and again with less memory where that runs out.

        Args:
            orders: What is to be painted.
            size: How many at once, at least 1.
            paint: Paints some of them at once.

        Returns:
            For each order what was painted; E_MEMORY where nothing helped.
        """
        done: list[Made | FastsegError] = []
        while len(done) < len(orders):
            batch = orders[len(done) : len(done) + min(size, self.most or size)]
            painted = _tried(paint, batch)
            if painted is not None:
                done += painted
            elif not self._relent(len(batch)):
                message = "memory ran out painting one hole, and nothing is left to save it"
                done.append(ResourceError("E_MEMORY", message, _HINT))
        return done

    def _relent(self, count: int) -> bool:
        """Change something so that less memory is needed; False if there is nothing left."""
        family, pipeline = self.painter.family, self.painter.pipeline
        if count > 1:
            self.most = count // 2
            way = f"{self.most} at a time instead of {count}"
        elif self.painter.slices and not self.sliced:
            pipeline.enable_attention_slicing()
            self.sliced = True
            way = "with attention in slices"
        elif family.tiled and not pipeline.vae.use_tiling:
            pipeline.vae.enable_tiling()
            way = "with pictures encoded and decoded in tiles"
        else:
            return False
        running.remark("W_MEMORY", f"memory ran out; holes are painted {way} from here on")
        return True


def _tried(
    paint: Callable[[Sequence[Given]], list[Made]], batch: Sequence[Given]
) -> list[Made] | None:
    """Return what is painted, or None if memory ran out."""
    try:
        return paint(batch)
    except shortage.ERRORS as error:
        if not shortage.short(error):
            raise
    # Only out here have the error and all that its frames held been let go.
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return None
