"""The segmenter that is asked about one object at a time, and encodes a photo only once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from fastseg_edit import catalogue
from fastseg_edit.backends import devices
from fastseg_edit.backends.sam import everything, network, rough
from fastseg_edit.backends.sam.found import distinct
from fastseg_edit.backends.sam.habits import Habits
from fastseg_edit.backends.sam.questions import Questions
from fastseg_edit.candidates import Candidates
from fastseg_edit.cutouts import Soft
from fastseg_edit.options import Checked, Range
from fastseg_edit.prompt import Rough
from fastseg_edit.protocols import Features

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.sam.found import Found
    from fastseg_edit.backends.sam.frame import Frame
    from fastseg_edit.backends.sam.square import Square
    from fastseg_edit.prompt import Place


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """A photo as the network keeps it.

    Attributes:
        frame: How the photo lies in the square that the network saw.
        features: What the network made of it.
    """

    frame: Frame
    features: Any


@dataclass(frozen=True)
class Sam(Checked):
    """Cuts out what a click, a box, a stroke or a rough mask points at.

    The photo is encoded once, which takes nearly all the time. Every prompt after that, such as a
    second click, costs the small decoder only.

    Args:
        weights: A name in the catalogue; a folder of SAM, SAM-HQ, SAM 2, EdgeTAM or SAM 3 as the
            transformers library saves it; or a file of SAM or MobileSAM as their authors
            released it.
        candidates: How many masks to offer for one click, at most. A click on a shirt may mean
            the shirt or the person. Boxes and several clicks are plain enough for one mask.
        grid: Clicks along each side of the photo when everything is asked for.
        device: Where the network runs: auto, cpu, cuda or cuda:N.
        allow_pickle: True to read a `.pt` or `.pth` file that the catalogue does not know. Only
            numbers are read from it.

    References:
        Kirillov et al. Segment anything. ICCV 2023. arXiv:2304.02643
        Ke et al. Segment anything in high quality. NeurIPS 2023. arXiv:2306.01567
        Ravi et al. SAM 2: segment anything in images and videos. 2024. arXiv:2408.00714
        Zhou et al. EdgeTAM: on-device track anything model. CVPR 2025. arXiv:2501.07256
    """

    doubt: ClassVar[float] = 0.2
    """Score below which a mask is likely to show something else: see `Segmenter`."""

    weights: str = "sam-mini"
    candidates: Annotated[int, Range(1, 3)] = 3
    grid: Annotated[int, Range(1, 64)] = 16
    device: str = "auto"
    allow_pickle: bool = False

    def encode(self, image: ImageArray, /) -> Encoding:
        """Run the large half of the network.

        Args:
            image: (H, W, 3) uint8 RGB.

        Raises:
            ModelError: If the weights are missing or broken.
            SpecError: With E_DEVICE, if there is no such device.
        """
        frame = self._network.frame((image.shape[0], image.shape[1]))
        return Encoding(frame, self._network.encode(image))

    def predict(self, encoding: Encoding, prompt: Place | None, /) -> Candidates:
        """Run the small half.

        Args:
            encoding: What `encode` returned.
            prompt: None for everything, each object a group of its own.

        Returns:
            Masks, best first within each group. The score is the intersection over union with
            the true mask that the network expects.

        Raises:
            ModelError: With E_MODEL_OUTPUT, if the masks or scores are not numbers.
        """
        features, frame = encoding.features, encoding.frame
        if prompt is None:
            every = everything.find(self._network, features, frame, self.grid)
            return _candidates([[found] for found in every], frame)
        if isinstance(prompt, Rough):
            return _candidates([rough.refine(self._network, features, prompt, frame)[:1]], frame)
        answers = self._network.answer(features, Questions.of(prompt, frame.size), frame)
        return _candidates([distinct(each)[: self.candidates] for each in answers], frame)

    def features(self, encoding: Encoding, /) -> Features:
        """Return what the network saw where, at no cost.

        Args:
            encoding: What `encode` returned.

        Raises:
            ModelError: With E_MODEL_OUTPUT, if it is not made of numbers.
        """
        grid = self._network.describe(encoding.features, encoding.frame)
        return Features(grid, self._habits.alike)

    @cached_property
    def _network(self) -> Square:
        device = devices.of(self.device)
        return network.load(catalogue.folder(self.weights), device, self.allow_pickle)

    @cached_property
    def _habits(self) -> Habits:
        return Habits.of(catalogue.folder(self.weights))


def _candidates(groups: list[list[Found]], frame: Frame) -> Candidates:
    pairs = [(number, found) for number, group in enumerate(groups) for found in group]
    return Candidates(
        frame.size,
        tuple(Soft.on(frame.grid, found.logits) for _, found in pairs),
        np.array([found.belief for _, found in pairs], np.float32),
        np.array([number for number, _ in pairs], np.intp),
        cell=frame.grid.cell,
    )
