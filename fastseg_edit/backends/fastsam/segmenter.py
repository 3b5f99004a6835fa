"""The segmenter that finds everything once, and then chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from fastseg_edit.backends.fastsam import choose
from fastseg_edit.backends.yolo import features
from fastseg_edit.backends.yolo.model import Model
from fastseg_edit.backends.yolo.weights import USUAL, Habits
from fastseg_edit.prompt import Boxes, Points, Rough
from fastseg_edit.protocols import Features

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.yolo.seen import Seen
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.prompt import Place


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """A photo in which everything was found.

    Attributes:
        found: Every object, each a group of its own.
        seen: What the network saw.
    """

    found: Candidates
    seen: Seen


@dataclass(frozen=True)
class FastSam(Model):
    """Finds every object of a photo with one look; a prompt then chooses among them.

    So it is quick for many prompts, and finds only what it takes for an object: for a part of one,
    or for something on which two objects meet, another segmenter answers better. The weights may
    be those of any YOLO that makes masks; its classes then name the masks.

    References:
        Zhao, Ding, An, Du, Yu, Li, Tang, Wang. Fast segment anything. 2023. arXiv:2306.12156
    """

    usual: ClassVar[Habits] = USUAL

    weights: str = "fastsam-mini"

    def encode(self, image: ImageArray, /) -> Encoding:
        """Find every object.

        Args:
            image: (H, W, 3) uint8 RGB.

        Raises:
            ModelError: If the weights are missing or broken.
            SpecError: With E_DEVICE, if there is no such device.
        """
        seen = self.look(image)
        return Encoding(seen.candidates(self.limits), seen)

    def predict(self, encoding: Encoding, prompt: Place | None, /) -> Candidates:
        """Return the objects that a prompt means; none if there is no such object.

        Args:
            encoding: What `encode` returned.
            prompt: None for all objects, each a group of its own. The score of a mask is how sure
                the network is of it; for a box or a rough mask, how like it is to it.
        """
        if prompt is None:
            return encoding.found
        if isinstance(prompt, Points):
            return choose.by_points(encoding.found, prompt)
        if isinstance(prompt, Boxes):
            return choose.by_boxes(encoding.found, prompt)
        if isinstance(prompt, Rough):
            return choose.by_likeness(encoding.found, prompt)
        return choose.by_scribble(encoding.found, prompt)

    def features(self, encoding: Encoding, /) -> Features:
        """Return what the network saw where, at no cost.

        Args:
            encoding: What `encode` returned.
        """
        seen = encoding.seen
        return Features(features.over_photo(seen.described, seen.frame), self.habits.alike)
