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
    from fastseg_edit.backends.clip.network import Network
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.cutouts import Cutout

_LEAST = 100  # pixels of a mask; both projects drop it up to here


def on_canvas(photo: np.ndarray, cutout: Cutout) -> np.ndarray:
    """Return what the box round a mask holds, in its place on a white canvas of the photo's size.

    As FastSAM does it (`fastsam/prompt.py`), less its mistakes with the masks' numbers and with
    red and blue.
    """
    left, top, right, bottom = cutout.box
    canvas = np.full_like(photo, 255)
    canvas[top:bottom, left:right] = photo[top:bottom, left:right]
    return canvas


def on_black(photo: np.ndarray, cutout: Cutout) -> np.ndarray:
    """Return the box round a mask, black outside of the mask.

    As ultralytics does it (`ultralytics/models/fastsam/predict.py`).
    """
    left, top, right, bottom = cutout.box
    return photo[top:bottom, left:right] * cutout.crop()[..., None]


CROPS = {"FastSAM": on_canvas, "ultralytics": on_black}
"""How each project cuts a mask out."""


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
    def look(self, photo: np.ndarray, found: Candidates) -> dict[int, np.ndarray]:
        """Return the features of each mask that is large enough, by its number."""
        seen = {}
        for number in np.flatnonzero(found.areas > _LEAST):
            picture = Image.fromarray(self.crop(photo, found.cutouts[number]))
            batch = self.preprocess(picture)[None]
            seen[int(number)] = self.network.model.encode_image(batch, normalize=True)[0].numpy()
        return seen

    def choose(self, seen: dict[int, np.ndarray], words: str) -> list[int]:
        """Return the number of the mask nearest to the words, or none if there is no mask."""
        wanted = self.network.of_words(words)
        return [max(seen, key=lambda number: float(seen[number] @ wanted))] if seen else []
