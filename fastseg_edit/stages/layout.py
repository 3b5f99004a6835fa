"""What lies where in a photo, so that what is painted can keep to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from fastseg_edit import models, objects
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import NoObjectError
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.protocols import Segmenter
from fastseg_edit.stages.fallback import Asking
from fastseg_edit.stages.locate import Tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import Cutout

_MOST = np.iinfo(np.uint16).max


@dataclass(frozen=True)
class LayOut(Asking):
    """Find everything in the photo, and number the regions for a model that keeps to them [1].

    What is found in a photo is remembered, so that another edit of it does not look again.

    Args:
        model: The segmenter, by name, by spec, or the object itself. None for the profile's.
        fallback: Segmenters to ask where it finds no object at all, in that order. None for the
            profile's.
        tiles: As for `Propose`.

    References:
        [1] Gao et al. EditAnything: empowering unparalleled flexibility in image editing and
            generation. ACM Multimedia 2023. doi:10.1145/3581783.3612680
    """

    needs: ClassVar = ("image",)
    gives: ClassVar = ("layout",)
    roles: ClassVar = {"segmenter": "model", "fallback": "fallback"}

    model: ModelSpec | Segmenter | None = None
    fallback: ModelSpec | Sequence[ModelSpec | Segmenter] | None = None
    tiles: Tiles = None

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            NoObjectError: With E_NO_OBJECT, if nothing is found that could be kept to.
            ModelError: If the segmenter is missing, or cannot find everything.
        """
        segmenter = models.get("segmenter", self.model)
        found: Edit = models.remember(
            segmenter, f"everything {self!r}", edit.image, lambda: self._found(edit)
        )
        notices = tuple(each for each in found.notices if each not in edit.notices)
        layout = numbered(required(found.candidates, "candidates"))
        if not layout.any():
            message = f"{self._asked.title} found nothing whose outline could be kept"
            raise NoObjectError("E_NO_OBJECT", message, "Name another segmenter.")
        return edit.evolve(layout=layout, notices=(*edit.notices, *notices))

    def _found(self, edit: Edit) -> Edit:
        return self._asked.everything(Edit(edit.image), self.tiles)


def numbered(found: Candidates) -> NDArray[np.uint16]:
    """Return for each pixel the number of the region that it belongs to.

    Where masks overlap, the smallest is on top: what lies on a table hides the table. The larger a
    mask is, the lower is its number, whatever the order in which the masks were found.

    Args:
        found: Any masks.

    Returns:
        (H, W) uint16, 0 where there is no mask. Of more masks than there are numbers, the largest
        count.
    """
    full = [number for number, area in enumerate(found.areas) if area]
    ordered = sorted(full, key=lambda number: _rank(found.cutouts[number]))[:_MOST]
    return objects.label_map(found.take(ordered)).astype(np.uint16)


def _rank(cutout: Cutout) -> tuple[int, tuple[int, ...], bytes]:
    """Return what masks are ordered by: their size, then their place, then their pixels."""
    return -cutout.area, cutout.box, np.packbits(cutout.crop()).tobytes()
