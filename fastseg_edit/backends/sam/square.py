"""Networks of the transformers library that look at a square and answer clicks and boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from torch.nn import functional

from fastseg_edit.backends.sam.found import Found
from fastseg_edit.backends.sam.frame import Frame
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.sam.questions import Questions

    Features = dict[str, Any]

_BATCH = 32  # questions at a time: a full-size network takes 100 MB for ten


@dataclass(frozen=True)
class Style:
    """What differs between the families.

    Attributes:
        padded: Whether a photo keeps its proportions, with an empty strip beside it.
        keeps: What the network makes of a photo, as its decoder calls it.
        mean: Of the red, green and blue that the network was trained on, 0 to 1.
        deviation: Their standard deviations.
    """

    padded: bool = False
    keeps: tuple[str, ...] = ("image_embeddings",)
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)  # of ImageNet
    deviation: tuple[float, float, float] = (0.229, 0.224, 0.225)


class Square:
    """A network with a large half for the photo and a small one for each question.

    Args:
        model: The network, as the library loads it.
        style: Of its family.
        device: Where it runs.
    """

    def __init__(self, model: Any, style: Style, device: torch.device) -> None:
        self._model = model.eval().to(device)
        self._style = style
        self._device = device
        side = model.config.prompt_encoder_config.image_size
        self._side = int(side if isinstance(side, int) else side[0])
        self._cells = 4 * int(np.max(model.prompt_encoder.image_embedding_size))

    def frame(self, size: tuple[int, int]) -> Frame:
        """Return how a photo (height, width) lies in the square."""
        lay = Frame.padded if self._style.padded else Frame.squeezed
        return lay(size, self._side, self._cells)

    @torch.inference_mode()
    def encode(self, image: ImageArray, /) -> Features:
        """Return what the decoder has to know of a photo."""
        frame = self.frame((image.shape[0], image.shape[1]))
        made = self._model.get_image_embeddings(shown(image, frame, self._style).to(self._device))
        known = dict(zip(self._style.keeps, made if self._several else [made], strict=True))
        if self._several:  # the decoder of SAM-HQ reads the first of four
            known[self._style.keeps[1]] = known[self._style.keeps[1]][:1]
        return known

    @torch.inference_mode()
    def answer(self, features: Features, asked: Questions, frame: Frame, /) -> list[list[Found]]:
        """Return for each question the masks that may be meant, best first.

        Raises:
            ModelError: With E_MODEL_OUTPUT, if a mask or a score is not a number.
        """
        return [
            found
            for first in range(0, len(asked), _BATCH)
            for found in self._some(features, asked.part(first, _BATCH), frame)
        ]

    @torch.inference_mode()
    def describe(self, features: Features, frame: Frame, /) -> NDArray[np.float32]:
        """Return what the network sees where, without the empty strip.

        Returns:
            (h, w, D) float32 vectors of length 1, on a grid over the whole photo.

        Raises:
            ModelError: With E_MODEL_OUTPUT, if a vector is not made of numbers.
        """
        made = features[self._style.keeps[0]]
        seen: Tensor = made if torch.is_tensor(made) else made[-1]
        if not torch.is_tensor(made):  # what SAM 2 adds to every cell says nothing of the photo
            seen = seen - self._model.no_memory_embedding.reshape(1, -1, 1, 1)
        height, width = (each / self._side for each in frame.covered)
        cells = [max(1, round(seen.shape[2] * height)), max(1, round(seen.shape[3] * width))]
        corner = torch.tensor([[[width, 0, width - 1], [0, height, height - 1]]])
        places = functional.affine_grid(corner, [1, 1, *cells], align_corners=False)
        part = functional.grid_sample(
            seen, places.to(seen), padding_mode="border", align_corners=False
        )
        vectors = functional.normalize(part[0], dim=0).permute(1, 2, 0)
        return numbers(vectors)

    @property
    def _several(self) -> bool:
        return len(self._style.keeps) > 1

    def _some(self, features: Features, asked: Questions, frame: Frame) -> list[list[Found]]:
        """Answer a few questions at once."""
        told = self._model(
            **features, **self._prompt(asked, frame), multimask_output=asked.ambiguous
        )
        beliefs = numbers(told.iou_scores[0])
        rows, columns = frame.reached
        logits = numbers(told.pred_masks[0, :, :, :rows, :columns])
        return [
            [Found(logits[number, each], float(belief[each])) for each in np.argsort(-belief)]
            for number, belief in enumerate(beliefs)
        ]

    def _prompt(self, asked: Questions, frame: Frame) -> dict[str, Tensor]:
        """Return questions in the words of the library."""
        prompt: dict[str, Tensor] = {}
        if asked.clicks.shape[1]:
            prompt["input_points"] = torch.from_numpy(frame.clicks(asked.clicks))[None]
            prompt["input_labels"] = torch.from_numpy(asked.labels)[None]
        if asked.boxes is not None:
            prompt["input_boxes"] = torch.from_numpy(frame.boxes(asked.boxes))[None]
        if asked.rough is not None:
            prompt["input_masks"] = torch.from_numpy(self._hint(asked.rough, frame))[None, None]
        return {name: each.to(self._device) for name, each in prompt.items()}

    def _hint(self, rough: NDArray[np.float32], frame: Frame) -> NDArray[np.float32]:
        """Return log odds over the photo as log odds over the square, "no" where it is empty."""
        rows, columns = frame.reached
        whole = np.full((frame.cells, frame.cells), min(0, rough.min()), np.float32)
        whole[:rows, :columns] = cv2.resize(rough, (columns, rows), interpolation=cv2.INTER_AREA)
        return whole


def shown(image: ImageArray, frame: Frame, style: Style) -> Tensor:
    """Return a photo as a network wants it.

    Args:
        image: (H, W, 3) uint8 RGB.
        frame: How it lies in the square.
        style: What the network was trained on.

    Returns:
        (1, 3, side, side) float32, 0 where the photo does not reach.
    """
    planes = torch.tensor(image).permute(2, 0, 1)[None]
    small = functional.interpolate(planes, size=frame.covered, mode="bilinear", antialias=True)
    mean, deviation = (torch.tensor(each)[:, None, None] for each in (style.mean, style.deviation))
    empty = [0, frame.side - frame.covered[1], 0, frame.side - frame.covered[0]]
    return functional.pad((small / 255 - mean) / deviation, empty)


def numbers(values: Tensor) -> NDArray[np.float32]:
    """Return what a network answers as an array.

    Raises:
        ModelError: With E_MODEL_OUTPUT, if it is not made of numbers.
    """
    found: NDArray[np.float32] = values.float().cpu().numpy()
    if not np.isfinite(found).all():
        message = "the segmenter's masks or scores are not numbers"
        raise ModelError("E_MODEL_OUTPUT", message, "Its weights are damaged: get them again.")
    return found
