"""SAM 2 as the transformers library runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional
from transformers import Sam2Model

from fastseg_edit.backends.sam.found import Found

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.sam.questions import Questions

_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, in every release


class Sam2:
    """A photo squeezed to a square, and three grids of features of different fineness.

    Args:
        model: The network, as the library loads it.
    """

    def __init__(self, model: Any) -> None:
        self._model = model.eval()
        self._side = int(model.config.prompt_encoder_config.image_size)

    @classmethod
    def load(cls, folder: Path) -> tuple[Sam2, set[str]]:
        """Load weights; also return the names of those that the folder lacks."""
        loaded: Any = Sam2Model.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
        model, report = loaded  # the annotation of the library knows of the model alone
        return cls(model), set(report["missing_keys"])

    @torch.inference_mode()
    def encode(self, image: ImageArray, /) -> list[Tensor]:
        """Return the feature grids of a photo, finest first."""
        planes = torch.tensor(image).permute(2, 0, 1)[None]
        square = functional.interpolate(
            planes, size=(self._side, self._side), mode="bilinear", antialias=True
        )
        mean, deviation = (torch.tensor(each)[:, None, None] for each in (_MEAN, _DEVIATION))
        grids: list[Tensor] = self._model.get_image_embeddings((square / 255 - mean) / deviation)
        return grids

    @torch.inference_mode()
    def answer(
        self, features: list[Tensor], asked: Questions, size: tuple[int, int], /
    ) -> list[list[Found]]:
        """Return for each question the masks that may be meant, best first."""
        scale = self._side / np.array(size[::-1], np.float32)
        prompt = {}
        if asked.clicks.shape[1]:
            clicks = (asked.clicks + 0.5) * scale - 0.5  # the network adds half a pixel itself
            prompt["input_points"] = torch.from_numpy(clicks)[None]
            prompt["input_labels"] = torch.from_numpy(asked.labels)[None]
        if asked.boxes is not None:
            prompt["input_boxes"] = torch.from_numpy(asked.boxes * np.tile(scale, 2))[None]
        told = self._model(image_embeddings=features, multimask_output=asked.ambiguous, **prompt)
        logits, beliefs = told.pred_masks[0].numpy(), told.iou_scores[0].numpy()
        return [
            [Found(logits[number, each], float(belief[each])) for each in np.argsort(-belief)]
            for number, belief in enumerate(beliefs)
        ]
