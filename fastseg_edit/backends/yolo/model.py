"""What every model of this family shares: its options, and a look at a photo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import torch

from fastseg_edit import catalogue
from fastseg_edit.backends import devices
from fastseg_edit.backends.yolo import features
from fastseg_edit.backends.yolo.frame import Frame
from fastseg_edit.backends.yolo.seen import Limits, Seen
from fastseg_edit.backends.yolo.weights import Habits, load
from fastseg_edit.errors import ModelError
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray

NATIVE_AT_MOST = 2048
"""Pixels of the longer side of a photo that is seen as it is.

Memory grows with the square: FastSAM-x takes 1.2 GB beside its weights for 1536 x 2048 pixels.
"""


_TURN = Lock()  # a network keeps the size of its last photo, so threads must not share a look


@dataclass(frozen=True)
class Model(Checked):
    """A YOLO that makes masks, and how it is used.

    Args:
        weights: A name in the catalogue, a folder with safetensors and their configuration, or a
            `.pt` file of ultralytics.
        side: Pixels of the longer side of the photo as the network sees it. None for what the
            weights are made for; far above it large objects fall apart. "native" for the photo's
            own, up to 2048.
        confidence: Score below which nothing is an object. None for the weights' own.
        overlap: Intersection over union of two boxes from which they show one object. None for
            the weights' own. Networks that propose each object once do without.
        candidates: How many objects to find in a photo, at most.
        device: Where the network runs: auto, cpu, cuda or cuda:N.
        allow_pickle: True to read a `.pt` file that the catalogue does not know. Only classes that
            are known to be harmless are made from it.
    """

    usual: ClassVar[Habits] = Habits(640, 0.25, 0.7)
    """What is done where neither the options nor the weights say it."""

    weights: str
    side: Annotated[int, Range(32, 4096)] | Literal["native"] | None = None
    confidence: Annotated[float, Range(0, 1)] | None = None
    overlap: Annotated[float, Range(0, 1)] | None = None
    candidates: Annotated[int, Range(1, 1000)] = 100
    device: str = "auto"
    allow_pickle: bool = False

    def look(self, image: ImageArray) -> Seen:
        """Show a photo to the network.

        Args:
            image: (H, W, 3) uint8 RGB.

        Raises:
            ModelError: If the weights are missing or broken, or with E_MODEL_OUTPUT, if what comes
                out of them are not numbers.
            SpecError: With E_DEVICE, if there is no such device.
        """
        network, _ = self._loaded
        frame = self._frame((image.shape[0], image.shape[1]))
        picture = torch.from_numpy(frame.picture(image)).to(next(network.parameters()).device)
        with _TURN, torch.inference_mode():
            given = picture.permute(2, 0, 1)[None].float() / 255
            (proposals, prototypes), raw = network(given)
            neck = raw.get("one2one", raw)["feats"][0]
            described = features.describe(network.model[0](given)[0], neck[0])
        names = tuple(network.names.values())
        once = bool(network.model[-1].end2end)
        seen = Seen(frame, names, proposals[0], once, prototypes[0], described)
        if not seen.is_whole:
            message = f"{self.weights} returned boxes, scores or masks that are not numbers"
            raise ModelError("E_MODEL_OUTPUT", message, "Its weights are damaged; get them again.")
        return seen

    @property
    def habits(self) -> Habits:
        """The options, and where they are None what the weights say, and else what is usual."""
        _, own = self._loaded
        side = None if self.side == "native" else self.side
        given = {"side": side, "confidence": self.confidence, "overlap": self.overlap}
        known: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        return replace(own, **known)

    @property
    def limits(self) -> Limits:
        """Which proposals are objects."""
        habits = self.habits
        return Limits(habits.confidence, habits.overlap, self.candidates)

    def _frame(self, size: tuple[int, int]) -> Frame:
        network, _ = self._loaded
        stride = int(network.stride.max())
        if self.side == "native":
            return Frame.of(size, NATIVE_AT_MOST, stride, enlarge=False)
        side = ceil(self.habits.side / stride) * stride
        return Frame.of(size, side, stride)

    @cached_property
    def _loaded(self) -> tuple[Any, Habits]:
        device = devices.of(self.device)
        network: Any
        network, habits = load(catalogue.folder(self.weights), self.allow_pickle, self.usual)
        network.fuse(verbose=False).to(device)
        network.model[-1].max_det = self.candidates
        return network, habits
