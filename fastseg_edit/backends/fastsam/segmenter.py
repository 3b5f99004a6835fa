"""The segmenter that finds everything once, and then chooses."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import torch

from fastseg_edit import catalogue
from fastseg_edit.backends.fastsam import choose
from fastseg_edit.backends.fastsam.library import FastSAMPredictor
from fastseg_edit.backends.fastsam.masks import Copy
from fastseg_edit.backends.fastsam.weights import Habits, load
from fastseg_edit.candidates import Candidates
from fastseg_edit.options import Checked, Range
from fastseg_edit.prompt import Boxes, Points

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.prompt import Scribble

_STRIDE = 32  # the network halves a photo five times


@dataclass(frozen=True)
class FastSam(Checked):
    """Finds every object of a photo with one look; a prompt then chooses among them.

    So it is quick for many prompts, and finds only what it takes for an object: for a part of one,
    or for something on which two objects meet, another segmenter answers better.

    Args:
        weights: A name in the catalogue, a folder with safetensors and their configuration, or a
            `.pt` file of ultralytics.
        side: Pixels of the longer side of the photo as the network sees it. None for what the
            weights are made for; far above it large objects fall apart.
        confidence: Score below which nothing is an object. None for the weights' own.
        overlap: Intersection over union of two boxes from which they show one object. None for
            the weights' own.
        candidates: How many objects to find in a photo, at most.
        allow_pickle: True to read a `.pt` file. Only classes that are known to be harmless are
            made from it.

    References:
        Zhao, Ding, An, Du, Yu, Li, Tang, Wang. Fast segment anything. 2023. arXiv:2306.12156
    """

    weights: str = "fastsam-mini"
    side: Annotated[int, Range(32, 4096)] | None = None
    confidence: Annotated[float, Range(0, 1)] | None = None
    overlap: Annotated[float, Range(0, 1)] | None = None
    candidates: Annotated[int, Range(1, 1000)] = 100
    allow_pickle: bool = False

    def encode(self, image: ImageArray, /) -> Candidates:
        """Find every object.

        Args:
            image: (H, W, 3) uint8 RGB.

        Raises:
            ModelError: If the weights are missing or broken.
        """
        copy = Copy.of(image, 2 * self._predictor.args.imgsz)
        (result,) = self._predictor(np.ascontiguousarray(copy.image[..., ::-1]))  # it takes BGR
        if result.masks is None:
            return Candidates.of([], copy.size, [])
        # Boxes are taken from the masks: the library moves its own to the photo's border.
        cutouts = tuple(copy.lift(mask) for mask in result.masks.data.numpy().astype(bool))
        scores = result.boxes.conf.numpy().astype(np.float32)
        return Candidates(copy.size, cutouts, scores, np.arange(len(cutouts)))

    def predict(
        self, encoding: Candidates, prompt: Points | Boxes | Scribble | None, /
    ) -> Candidates:
        """Return the objects that a prompt means; none if there is no such object.

        Args:
            encoding: What `encode` returned.
            prompt: None for all objects, each a group of its own. The score of a mask is how sure
                the network is of it; for a box, how like it is to the mask's own box.
        """
        if prompt is None:
            return encoding
        if isinstance(prompt, Points):
            return choose.by_points(encoding, prompt)
        if isinstance(prompt, Boxes):
            return choose.by_boxes(encoding, prompt)
        return choose.by_scribble(encoding, prompt)

    @cached_property
    def _predictor(self) -> Any:
        network, habits = load(catalogue.folder(self.weights), self.allow_pickle)
        predictor = FastSAMPredictor(overrides=self._settings(habits))
        threads = torch.get_num_threads()
        predictor.setup_model(network, verbose=False)
        torch.set_num_threads(threads)  # the library takes all cores but one, for everybody
        return predictor

    def _settings(self, habits: Habits) -> dict[str, Any]:
        """Return the library's settings: what is an option here, or else the weights' own."""
        return {
            "imgsz": ceil((self.side or habits.side) / _STRIDE) * _STRIDE,
            "conf": habits.confidence if self.confidence is None else self.confidence,
            "iou": habits.overlap if self.overlap is None else self.overlap,
            "max_det": self.candidates,
            "retina_masks": True,  # at the photo's own size
            "device": "cpu",
            "mode": "predict",
            "save": False,
            "verbose": False,
        }

    def __getstate__(self) -> dict[str, Any]:
        """Return the options alone; the network is loaded again where it is needed."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
