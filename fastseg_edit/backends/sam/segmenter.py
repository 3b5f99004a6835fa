"""The segmenter that is asked about one object at a time, and encodes a photo only once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from fastseg_edit import catalogue
from fastseg_edit.backends.sam import everything, network
from fastseg_edit.backends.sam.found import distinct
from fastseg_edit.backends.sam.questions import Questions
from fastseg_edit.candidates import Candidates
from fastseg_edit.cutouts import Soft
from fastseg_edit.ops.grid import Grid
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.sam.found import Found
    from fastseg_edit.prompt import Boxes, Points, Scribble


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """A photo as the network keeps it.

    Attributes:
        size: (height, width) of the photo.
        features: What the network made of it.
    """

    size: tuple[int, int]
    features: Any


@dataclass(frozen=True)
class Sam(Checked):
    """Cuts out what a click, a box or a stroke points at.

    The photo is encoded once, which takes nearly all the time. Every prompt after that, such as a
    second click, costs the small decoder only.

    Args:
        weights: A name in the catalogue, or a folder as the transformers library saves it.
        candidates: How many masks to offer for one click, at most. A click on a shirt may mean
            the shirt or the person. Boxes and several clicks are plain enough for one mask.
        grid: Clicks along each side of the photo when everything is asked for.

    References:
        Kirillov et al. Segment anything. ICCV 2023. arXiv:2304.02643
        Ravi et al. SAM 2: segment anything in images and videos. 2024. arXiv:2408.00714
    """

    weights: str = "sam-mini"
    candidates: Annotated[int, Range(1, 3)] = 3
    grid: Annotated[int, Range(1, 64)] = 16

    def encode(self, image: ImageArray, /) -> Encoding:
        """Run the large half of the network.

        Args:
            image: (H, W, 3) uint8 RGB.

        Raises:
            ModelError: If the weights are missing or broken.
        """
        return Encoding((image.shape[0], image.shape[1]), self._network.encode(image))

    def predict(
        self, encoding: Encoding, prompt: Points | Boxes | Scribble | None, /
    ) -> Candidates:
        """Run the small half.

        Args:
            encoding: What `encode` returned.
            prompt: None for everything, each object a group of its own.

        Returns:
            Masks, best first within each group. The score is the intersection over union with
            the true mask that the network expects.
        """
        if prompt is None:
            every = everything.find(self._network, encoding.features, encoding.size, self.grid)
            return _candidates([[found] for found in every], encoding.size)
        asked = Questions.of(prompt, encoding.size)
        answers = self._network.answer(encoding.features, asked, encoding.size)
        return _candidates([distinct(each)[: self.candidates] for each in answers], encoding.size)

    @cached_property
    def _network(self) -> network.Network:
        return network.load(catalogue.folder(self.weights))

    def __getstate__(self) -> dict[str, Any]:
        """Return the options alone; the network is loaded again where it is needed."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _candidates(groups: list[list[Found]], size: tuple[int, int]) -> Candidates:
    pairs = [(number, found) for number, group in enumerate(groups) for found in group]
    grids = [Grid.over(size, found.logits.shape) for _, found in pairs]
    return Candidates(
        size,
        tuple(Soft.on(grid, found.logits) for grid, (_, found) in zip(grids, pairs, strict=True)),
        np.array([found.belief for _, found in pairs], np.float32),
        np.array([number for number, _ in pairs], np.intp),
        cell=max([grid.cell for grid in grids], default=1.0),
    )
