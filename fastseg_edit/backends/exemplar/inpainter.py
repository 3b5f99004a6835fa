"""The embedded inpainter, for removing things where no model is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from threadpoolctl import ThreadpoolController

from fastseg_edit.backends.exemplar.borders import moved
from fastseg_edit.backends.exemplar.complete import complete
from fastseg_edit.backends.exemplar.labels import Region, doubled, labelled
from fastseg_edit.backends.exemplar.pyramid import levels_of, shrink
from fastseg_edit.backends.exemplar.seams import corrected
from fastseg_edit.backends.exemplar.smooth import harmonic
from fastseg_edit.backends.exemplar.windows import margin_of, parts
from fastseg_edit.errors import ModelError
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.protocols import Hole

_LARGEST_WINDOW = 500_000

_THREADS = ThreadpoolController()


@dataclass(frozen=True)
class Exemplar(Checked):
    """Continues the surroundings of a hole, by copying pixels from them.

    A window round each part of the hole is shrunk until the hole is small; there each pixel gets
    the place to copy it from, such that all patches look like patches of the photo; the places
    are taken over to the full photo, so that the copy is as sharp as the rest; what steps in
    colour are left are taken away. It continues textures, edges and repeated things. It cannot
    invent an object, and long lines in perspective may break.

    Where nothing can be copied, since the hole or what is to be avoided covers nearly
    everything, the hole gets the smoothest surface that meets its rim; if there is no rim
    either, mid grey.

    Args:
        budget: Most pixels of a hole in working resolution, 1,000 to 100,000. Time is roughly
            proportional to it; finer structure is found with more.
        context: Width of the surroundings to copy from, in pixels or relative to the longer side
            of the hole; of a thin hole, to thrice its thickness.
        seam: Largest step in colour to take away between copied pieces, in levels of 0 to 255.
            0 gives pure copies; far more than 16 lets colours bleed.

    Raises:
        SpecError: If an option is out of range.
    """

    native: ClassVar[None] = None
    multiple: ClassVar[int] = 1

    budget: Annotated[int, Range(1_000, 100_000)] = 12_000
    context: Length = "100%"
    seam: Annotated[float, Range(0, 255)] = 14.0

    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Fill the hole.

        Args:
            hole: Photo and mask of any size; the caption must be empty.

        Returns:
            (H, W, 3) uint8. Equal to the photo outside the mask. Same seed, same picture.

        Raises:
            ModelError: If there is a caption, since words cannot be copied.
        """
        if hole.caption:
            raise ModelError(
                "E_MODEL_MISSING",
                f"the classical inpainter cannot paint words, got {hole.caption!r}",
                "Leave the words out, or run: pip install 'fastseg-edit[diffusion]' && "
                "fastseg-edit models fetch sd15-inpainting, and say --model diffusion. --profile "
                "mini paints words, but knows only drawn scenes; for that, run: pip install "
                "'fastseg-edit[mini]'",
            )
        # The matrices are small: on shared cores a second BLAS thread mostly waits, spinning, for
        # the first. One took 0.3 s of CPU where two took 3 s.
        with _THREADS.limit(limits=1, user_api="blas"):
            return self._painted(hole)

    def _painted(self, hole: Hole) -> ImageArray:
        random = np.random.default_rng(hole.seed)
        painted, waiting = hole.image.copy(), hole.mask.copy()
        avoid = np.zeros_like(hole.mask) if hole.avoid is None else hole.avoid
        for box in parts(hole.mask):
            window = box.grown(margin_of(hole.mask[box.slices], self.context), hole.mask.shape)
            cut = window.slices
            filled = self._filled(painted[cut], waiting[cut], avoid[cut], random)
            painted[box.slices] = filled[box.within(window).slices]
            waiting[box.slices] = False
        return painted

    def _filled(
        self, image: ImageArray, mask: MaskArray, avoid: MaskArray, random: np.random.Generator
    ) -> ImageArray:
        image = np.ascontiguousarray(image)
        factor = self._factor(mask)
        scene = shrink(image, mask, avoid, factor)
        levels = levels_of(scene)
        if not levels:
            return harmonic(image, mask, avoid)
        region = Region.of(scene.image, scene.hole, scene.avoid)
        source = moved(region, labelled(complete(levels, random), region))
        while factor > 1:
            factor //= 2
            coarse, region = region, Region.of(*shrink(image, mask, avoid, factor))
            source = moved(region, doubled(source, coarse, region))
        filled = image.copy()
        filled[region.slices] = corrected(region, source, self.seam)
        return filled

    def _factor(self, mask: MaskArray) -> int:
        factor, count = 1, np.count_nonzero(mask)
        while count > self.budget * factor**2 or mask.size > _LARGEST_WINDOW * factor**2:
            factor *= 2
        return factor
