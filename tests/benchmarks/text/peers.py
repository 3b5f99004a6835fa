"""The text prompts of FastSAM and of ultralytics, written anew from what they do.

Both drop masks of 100 pixels or less, show CLIP one picture for each mask, with CLIP's own
preprocessing, and take the mask whose picture is nearest to the words: always one, always some.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import open_clip
import torch
from PIL import Image
from torchvision import transforms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.backends.clip.network import Network
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import Cutout

_LEAST = 100  # pixels of a mask; both projects drop it up to here


def on_canvas(photo: np.ndarray, cutout: Cutout) -> Image.Image:
    """Return what the box round a mask holds, in its place on a white canvas of the photo's size.

    As FastSAM does it (`fastsam/prompt.py`), in the same steps, less its mistakes with the masks'
    numbers and with red and blue.
    """
    left, top, right, bottom = cutout.box
    black, inside = np.zeros_like(photo), np.zeros(photo.shape[:2], np.uint8)
    black[top:bottom, left:right] = photo[top:bottom, left:right]
    inside[top:bottom, left:right] = 255
    canvas = Image.new("RGB", photo.shape[1::-1], (255, 255, 255))
    canvas.paste(Image.fromarray(black), mask=Image.fromarray(inside))
    return canvas


def on_black(photo: np.ndarray, cutout: Cutout) -> Image.Image:
    """Return the box round a mask, black outside of the mask.

    As ultralytics does it (`ultralytics/models/fastsam/predict.py`).
    """
    left, top, right, bottom = cutout.box
    return Image.fromarray(photo[top:bottom, left:right] * cutout.crop()[..., None])


CROPS = {"FastSAM": on_canvas, "ultralytics": on_black}
"""How each project cuts a mask out."""


def batches(ready: list[torch.Tensor], size: int) -> Iterator[list[torch.Tensor]]:
    """Yield pictures a few at a time."""
    return (ready[start : start + size] for start in range(0, len(ready), max(size, 1)))


class Peer:
    """One project's text prompt.

    Args:
        name: FastSAM or ultralytics.
        network: The CLIP that it asks.
    """

    def __init__(self, name: str, network: Network) -> None:
        self.crop, self.network = CROPS[name], network
        self.preprocess = transforms.Compose(
            [
                transforms.Resize(network.side, transforms.InterpolationMode.BICUBIC),
                transforms.CenterCrop(network.side),
                transforms.ToTensor(),
                transforms.Normalize(open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD),
            ]
        )

    @torch.inference_mode()
    def look(
        self, photo: np.ndarray, found: Candidates, batch: int | None = None
    ) -> dict[int, np.ndarray]:
        """Return the features of each mask that is large enough, by its number.

        Args:
            photo: (H, W, 3) uint8 RGB.
            found: The masks.
            batch: Pictures that CLIP looks at together. None for all, as both projects do.
        """
        numbers = np.flatnonzero(found.areas > _LEAST).tolist()
        ready = [self.preprocess(self.crop(photo, found.cutouts[number])) for number in numbers]
        seen = [
            self.network.model.encode_image(torch.stack(part), normalize=True).numpy()
            for part in batches(ready, batch or len(ready))
        ]
        return dict(zip(numbers, np.concatenate(seen), strict=True)) if seen else {}

    def choose(self, seen: dict[int, np.ndarray], words: str) -> list[int]:
        """Return the number of the mask nearest to the words, or none if there is no mask."""
        wanted = self.network.of_words(words)
        return [max(seen, key=lambda number: float(seen[number] @ wanted))] if seen else []
