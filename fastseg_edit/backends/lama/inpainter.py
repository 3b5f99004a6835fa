"""The inpainter for removing things where structure has to be continued."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, ClassVar

from fastseg_edit import running
from fastseg_edit.backends import devices
from fastseg_edit.backends.lama.coarse import Tiles, drafted
from fastseg_edit.backends.lama.painter import MULTIPLE, Painter
from fastseg_edit.backends.lama.weights import load
from fastseg_edit.errors import FastsegError, ModelError
from fastseg_edit.options import Checked, Help, Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.protocols import Hole

_DRAFT_SIDE = 512  # shorter side up to which a refined picture needs no draft, as published


@dataclass(frozen=True)
class Lama(Checked):
    """Removes things: continues what surrounds a hole, in one pass and without random numbers.

    Every layer sees the whole window through its spectrum, so stripes, bricks and other things
    that repeat are carried across wide holes. It invents no object.

    Any window will do. One of more pixels than `largest` is painted at that size first, and its
    detail then in tiles of full size, near the rim of the hole. lama-mini was trained on windows
    of 64 to 128 pixels and measured on those of 170 to 256, which it fills better as they are
    than scaled down.

    Args:
        weights: Name in the catalogue, a folder, a safetensors file, or a TorchScript file such
            as big-lama's.
        device: "auto", "cpu", "cuda" or "cuda:N".
        largest: Pixels that go through the network at once, at most. A megapixel takes big-lama
            1 GiB of memory besides 0.7 for itself and its library.
        refine: Steps by which the fill of a picture whose shorter side is over 512 pixels, or of a
            tile, is drawn towards a smaller one, which has more of its structure. Each costs some
            three times a fill, and all of them six times its memory: lower `largest` with it. 0
            for none; lama-mini gains nothing by it.

    References:
        Suvorov et al. Resolution-robust large mask inpainting with Fourier convolutions.
        WACV 2022. arXiv:2109.07161
        Kulshreshtha, Pugh, Jiddi. Feature refinement to improve high resolution image inpainting.
        CVPR workshops 2022. arXiv:2206.13644
    """

    native: ClassVar = None
    multiple: ClassVar = MULTIPLE
    context: ClassVar = "100%"

    weights: Annotated[str, Help("Name in the catalogue, folder or file.")] = "lama-mini"
    device: str = "auto"
    largest: Annotated[int, Range(128**2), Help("Pixels that it paints at once.")] = 1 << 20
    refine: Annotated[int, Range(0, 1000), Help("Steps of refinement. 0 for none.")] = 0

    @cached_property
    def network(self) -> nn.Module:
        """The network, loaded on first use."""
        return load(self.weights).to(devices.of(self.device))

    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Fill the hole.

        Args:
            hole: Photo and mask of any size; the caption must be empty. What is to be avoided is
                not looked at, as if it were part of the hole.

        Returns:
            (H, W, 3) uint8. Equal to the photo outside the mask. Same hole, same picture.

        Raises:
            ModelError: If there is a caption, or the weights are missing or not those of LaMa, or
                what they paint are no numbers.
            SpecError: With E_SPEC, if it is to refine and the layers of the network are not known.
            ResourceError: With E_MEMORY, if the device has not enough of it.
        """
        [outcome] = self.inpaint_many([hole])
        if isinstance(outcome, FastsegError):
            raise outcome
        return outcome

    def inpaint_many(self, holes: Sequence[Hole], /) -> list[ImageArray | FastsegError]:
        """Fill holes of one shape, in order, as many at once as `largest` allows.

        Args:
            holes: As in `inpaint`.

        Returns:
            Each as `inpaint` would return it, but for one level where a sum of many numbers is
            rounded in another order; and errors, each in its place.

        Raises:
            ModelError: With E_MODEL_MISSING, if there is no network to paint with.
        """
        refused = [_refusal(hole) for hole in holes]
        good = [hole for hole, error in zip(holes, refused, strict=True) if error is None]
        outcomes = iter(self._outcomes(good))
        return [next(outcomes) if error is None else error for error in refused]

    def _outcomes(self, holes: Sequence[Hole]) -> list[ImageArray | FastsegError]:
        painter = Painter(self.network, devices.of(self.device), self.largest)
        fits = all(hole.mask.size <= self.largest for hole in holes)
        if fits and not self.refine:
            painted = painter.many([(hole.image, _unseen(hole)) for hole in holes])
        else:
            painted = [self._alone(painter, hole) for hole in holes]
        return [_kept(each, hole) for each, hole in zip(painted, holes, strict=True)]

    def _alone(self, painter: Painter, hole: Hole) -> ImageArray | FastsegError:
        try:
            return self._painted(painter, hole.image, _unseen(hole))
        except FastsegError as error:
            return error

    def _painted(self, painter: Painter, image: ImageArray, mask: MaskArray) -> ImageArray:
        """Paint from coarse to fine, as far as the size of the picture and `refine` ask for it."""
        again = partial(self._painted, painter)
        if mask.size > self.largest:
            draft = drafted(again, image, mask, self.largest)
            tiles = Tiles(image, mask, draft, _whole(math.sqrt(self.largest)))
            if not self.refine:
                return tiles.painted(painter.one, running.step)
            scale = math.sqrt(self.largest / mask.size)
            return tiles.painted(partial(painter.refined, scale=scale, steps=self.refine))
        if self.refine and min(mask.shape) > _DRAFT_SIDE:
            draft = drafted(again, image, mask, mask.size // 4)
            return painter.refined(draft, mask, scale=0.5, steps=self.refine)
        return painter.one(image, mask)


def _refusal(hole: Hole) -> FastsegError | None:
    if not hole.caption:
        return None
    return ModelError(
        "E_MODEL_MISSING",
        f"LaMa removes and cannot paint words, got {hole.caption!r}",
        "Leave the words out, or pip install 'fastseg-edit[diffusion]'.",
    )


def _unseen(hole: Hole) -> MaskArray:
    return hole.mask if hole.avoid is None else hole.mask | hole.avoid


def _kept(painted: ImageArray | FastsegError, hole: Hole) -> ImageArray | FastsegError:
    """Leave what was only to be avoided as it was."""
    if isinstance(painted, FastsegError) or hole.avoid is None:
        return painted
    result = hole.image.copy()
    result[hole.mask] = painted[hole.mask]
    return result


def _whole(side: float) -> int:
    return int(side) // MULTIPLE * MULTIPLE
