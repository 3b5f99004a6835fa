"""The grounder and segmenter that finds all objects of a kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from fastseg_edit import catalogue
from fastseg_edit.absence import absent
from fastseg_edit.backends import devices, pretrained
from fastseg_edit.backends.sam import Sam
from fastseg_edit.backends.sam3.network import FAMILIES, Detector
from fastseg_edit.candidates import Candidates
from fastseg_edit.cutouts import Soft
from fastseg_edit.errors import ModelError, PromptError
from fastseg_edit.ops import morphology
from fastseg_edit.ops.grid import Grid
from fastseg_edit.options import Checked, Range
from fastseg_edit.prompt import Boxes, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.sam3.network import Answer
    from fastseg_edit.prompt import Place, Reference

_OTHER = "Click on the object or draw a box, or take a grounder that knows other photos."


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """A photo as one of the two networks keeps it.

    Attributes:
        size: (height, width) of the photo.
        features: What the network made of it.
    """

    size: tuple[int, int]
    features: Any


@dataclass(frozen=True)
class Sam3(Checked):
    """Finds every object that words stand for, or that looks like an example, and cuts it out.

    As a segmenter it does what `sam` does, with the second of the two networks in its weights;
    with `exemplars`, a box shows one object, and all that are like it are found.

    Args:
        weights: A name in the catalogue, or a folder as the transformers library saves it.
        threshold: Score from which on something is what was asked for. The default is that of the
            authors' demonstration.
        exemplars: True if boxes are examples of what to find. False if each is drawn around the
            one object that is meant.
        candidates: How many objects to return, at most.
        device: Where the networks run: auto, cpu, cuda or cuda:N.

    References:
        Carion et al. SAM 3: segment anything with concepts. 2025. arXiv:2511.16719
    """

    # A reference is understood too, but one to another photo is better left to another road.
    reads: ClassVar = (Text,)
    doubt: ClassVar = Sam.doubt

    weights: str = "sam3"
    threshold: Annotated[float, Range(0, 1)] = 0.5
    exemplars: bool = False
    candidates: Annotated[int, Range(1, 1000)] = 200
    device: str = "auto"

    def ground(self, image: ImageArray, like: Text | Reference, /) -> Candidates:
        """Return every object that reaches the threshold, each a group of its own, best first.

        Args:
            image: (H, W, 3) uint8 RGB.
            like: Words; or objects in this very photo, each a reference with a mask.

        Raises:
            NoObjectError: With E_NO_OBJECT and the best score, if there is no such object.
            PromptError: With E_SPEC, if the words are too many, or a reference shows another
                photo or does not say where in it.
            ModelError: If the weights are missing or broken.
        """
        words, boxes = (
            (like.words, None) if isinstance(like, Text) else ("", _examples(image, like))
        )
        size = (image.shape[0], image.shape[1])
        answer = self._find(Encoding(size, self._detector.encode(image)), words, boxes)
        if not len(answer.scores):
            raise absent(like, answer.considered, answer.best, self.threshold)
        return self._candidates(answer, size)

    def encode(self, image: ImageArray, /) -> Any:
        """Run the large half of the network that boxes and clicks are for.

        Args:
            image: (H, W, 3) uint8 RGB.

        Raises:
            ModelError: If the weights are missing or broken.
        """
        if not self.exemplars:
            return self._sam.encode(image)
        return Encoding((image.shape[0], image.shape[1]), self._detector.encode(image))

    def predict(self, encoding: Any, prompt: Place | None, /) -> Candidates:
        """Run the small half.

        Args:
            encoding: What `encode` returned.
            prompt: Boxes around examples, if these are asked for; what `sam` takes, if not.

        Returns:
            Masks, best first within each group; the objects like an example are a group each.

        Raises:
            PromptError: With E_SPEC, if examples are asked for, and the prompt is not of boxes.
            ModelError: With E_MODEL_OUTPUT, if the masks or scores are not numbers.
        """
        if not self.exemplars:
            return self._sam.predict(encoding, prompt)
        if not isinstance(prompt, Boxes):
            message = f"sam3 takes boxes as examples, got {prompt!r}"
            raise PromptError("E_SPEC", message, "Draw boxes, or set exemplars to false.")
        boxes = np.array(prompt.xyxy, np.float32)
        return self._candidates(self._find(encoding, "", boxes), encoding.size)

    def _find(self, encoding: Encoding, words: str, boxes: NDArray[np.float32] | None) -> Answer:
        shares = None if boxes is None else _shares(boxes, encoding.size)
        return self._detector.find(encoding.features, words, shares, self.threshold)

    def _candidates(self, answer: Answer, size: tuple[int, int]) -> Candidates:
        chosen = slice(self.candidates)
        grid = Grid.over(size, answer.logits.shape[1:])
        return Candidates(
            size,
            tuple(Soft.on(grid, logits) for logits in answer.logits[chosen]),
            answer.scores[chosen],
            np.arange(len(answer.scores[chosen])),
            cell=grid.cell,
        )

    @cached_property
    def _detector(self) -> Detector:
        return Detector.load(catalogue.folder(self.weights), devices.of(self.device))

    @cached_property
    def _sam(self) -> Sam:
        folder = catalogue.folder(self.weights)
        if pretrained.family(folder, FAMILIES) == FAMILIES[0]:
            message = f"{folder.name} holds the network for words and examples, not that for clicks"
            raise ModelError("E_MODEL_MISSING", message, "Set exemplars to true, or use sam.")
        return Sam(weights=self.weights, device=self.device)


def _examples(image: ImageArray, like: Reference) -> NDArray[np.float32]:
    """Return the boxes of references that show this very photo, (n, 4) in pixels."""
    boxes = []
    for each in (like, *like.more):
        if not (each.image is image or np.array_equal(each.image, image)):
            message = "sam3 knows examples from the same photo only, and a reference shows another"
            raise PromptError("E_SPEC", message, _OTHER)
        if each.mask is None or not each.mask.any():
            message = (
                "sam3 was given a reference that does not say where in the photo the object is"
            )
            raise PromptError("E_SPEC", message, "Give the reference a mask.")
        boxes.append(morphology.bounding_box(each.mask))
    return np.array(boxes, np.float32)


def _shares(boxes: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Return boxes as centre, width and height, in shares of the photo; the rest is cut off."""
    height, width = size
    ends = np.clip(boxes / np.array([width, height] * 2), 0, 1)
    first, last = ends[:, :2], ends[:, 2:]
    return np.concatenate([(first + last) / 2, last - first], axis=1).astype(np.float32)
