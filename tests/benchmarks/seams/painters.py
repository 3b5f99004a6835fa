"""Inpainters whose patches are kept, so that each way to hide a seam gets the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from fastseg_edit.edit import Edit, required
from fastseg_edit.stages import Composite, Inpaint

if TYPE_CHECKING:
    from cases import Case

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.ops.tone import Match
    from fastseg_edit.protocols import Hole, Inpainter


class Way(NamedTuple):
    """A way to hide a seam: how the tone is matched, and what `Composite` does."""

    tone: Match
    blend: str
    feather: int = 3


WAYS = {
    "plain paste": Way("none", "feather", 0),
    "feather": Way("none", "feather"),
    "poisson": Way("none", "poisson", 0),
    "poisson, feather": Way("none", "poisson"),
    "multiband": Way("none", "multiband", 0),
    "multiband, feather": Way("none", "multiband"),
    "gain": Way("gain", "feather", 0),
    "gain, feather": Way("gain", "feather"),
    "membrane": Way("membrane", "feather", 0),
    "membrane, feather": Way("membrane", "feather"),
    "membrane, poisson": Way("membrane", "poisson", 0),
    "membrane, both": Way("membrane", "poisson"),
    "membrane, multiband": Way("membrane", "multiband", 0),
    "membrane, mb, feather": Way("membrane", "multiband"),
}


class Kept:
    """An inpainter of which the patches of one case are kept."""

    def __init__(self, inpainter: Inpainter) -> None:
        self.inpainter = inpainter
        self.native, self.multiple = inpainter.native, inpainter.multiple
        self.context = inpainter.context
        self.patches: dict[bytes, ImageArray] = {}

    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Return the patch, painted once."""
        key = hole.image.tobytes() + hole.mask.tobytes()
        if key not in self.patches:
            self.patches[key] = self.inpainter.inpaint(hole)
        return self.patches[key]


class Autoencoded:
    """What an autoencoder does to a picture that is right in all else.

    It shifts the colours by some levels, and changes the contrast by some per cent, both a little
    differently from side to side, and takes the finest texture away.
    """

    native, multiple, context = None, 1, "10000%"  # the whole photo

    def __init__(self, truth: ImageArray) -> None:
        self.truth = truth

    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Return the truth as an autoencoder would give it back."""
        random = np.random.default_rng(int(hole.mask.sum()))
        rows, columns = (np.linspace(-1, 1, side) for side in hole.mask.shape)
        slope = rows[:, None, None] * random.normal(0, 2, 3)
        slope = slope + columns[:, None] * random.normal(0, 2, 3)
        soft = cv2.GaussianBlur(self.truth.astype(np.float32), (0, 0), 0.8)
        gain, offset = 1 + random.normal(0, 0.04, 3), random.normal(0, 5, 3)
        return np.clip(np.rint((soft - 128) * gain + 128 + offset + slope), 0, 255).astype(np.uint8)


def painted(case: Case, kept: Kept, way: Way) -> ImageArray:
    """Paint a case in one way."""
    edit = Edit(case.image, mask=case.mask, caption=case.caption)
    stages = Inpaint(kept, max_coverage=1, tone=way.tone), Composite(way.feather, way.blend)
    return required(stages[1](stages[0](edit)).result, "result")
