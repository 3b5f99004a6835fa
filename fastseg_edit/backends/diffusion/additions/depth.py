"""How far away everything in a window is, as a ControlNet for depth reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
import torch
from transformers import AutoImageProcessor, AutoModelForDepthEstimation

from fastseg_edit import catalogue
from fastseg_edit.backends import pretrained
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

FAMILIES = ("depth_anything", "dpt")
"""Networks that say more where it is nearer. Those that tell metres say less."""

_SPAN = 5.0  # pixels that are looked at to go on over a hole


class Depth(NamedTuple):
    """A network that tells depth from one picture, such as Depth Anything [1] or DPT [2].

    References:
        [1] Yang et al. Depth Anything V2. NeurIPS 2024. arXiv:2406.09414
        [2] Ranftl et al. Vision transformers for dense prediction. ICCV 2021. arXiv:2103.13413
    """

    network: Any
    processor: Any

    @classmethod
    def load(cls, weights: str, device: torch.device) -> Depth:
        """Load a folder as transformers saves it.

        Raises:
            ModelError: With E_MODEL_MISSING, if it is not there, or is something else.
        """
        folder = catalogue.folder(weights)
        pretrained.family(folder, FAMILIES)
        reader: Any = AutoImageProcessor  # it has no annotations
        try:
            with pretrained.quiet():
                processor = reader.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            why = "has no preprocessor_config.json that can be used"
            raise pretrained.unusable(folder, why, FAMILIES) from error
        network = pretrained.network(folder, AutoModelForDepthEstimation, FAMILIES)
        return cls(network.to(device), processor)

    def picture(self, image: ImageArray, hidden: MaskArray | None) -> NDArray[np.float32]:
        """Return the depth of a picture, from black for far to white for near.

        Args:
            image: (H, W, 3) uint8.
            hidden: (H, W) bool. True where the picture is not to be looked at: what is around goes
                on there. None to look at all of it.

        Returns:
            (H, W, 3) float32 from 0 to 1.

        Raises:
            ModelError: With E_MODEL_OUTPUT, if the depth is not a number everywhere.
        """
        read = self.processor(images=image, return_tensors="pt").to(self.network.device)
        told = self.network(**read).predicted_depth[:, None].float()
        size = image.shape[:2]
        depth = torch.nn.functional.interpolate(told, size, mode="bicubic")[0, 0].cpu().numpy()
        if not np.isfinite(depth).all():
            message = "the network for depth returned values that are not numbers"
            raise ModelError("E_MODEL_OUTPUT", message, "Fetch its weights again.")
        low, high = float(depth.min()), float(depth.max())
        grey: NDArray[Any] = np.rint((depth - low) / max(high - low, 1e-6) * 255).astype(np.uint8)
        if hidden is not None and hidden.any():
            grey = cv2.inpaint(grey, hidden.astype(np.uint8), _SPAN, cv2.INPAINT_TELEA)
        picture: NDArray[np.float32] = (np.repeat(grey[..., None], 3, axis=2) / 255).astype(
            np.float32
        )
        return picture
