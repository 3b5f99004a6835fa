"""The families of Segment Anything that the transformers library knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from transformers import EdgeTamModel, Sam2Model, Sam3TrackerModel, SamHQModel, SamModel

from fastseg_edit.backends.sam.square import Style

HALF = (0.5, 0.5, 0.5)
"""Mean and deviation of the colours that SAM 3 was trained on."""

PADDED = Style(padded=True)


@dataclass(frozen=True)
class Family:
    """One family.

    Attributes:
        model: Its class in the transformers library.
        style: How it is fed.
    """

    model: Any
    style: Style


_SAM2, _EDGE = Family(Sam2Model, Style()), Family(EdgeTamModel, Style())
_SAM3 = Family(Sam3TrackerModel, Style(mean=HALF, deviation=HALF))
_HQ = Style(padded=True, keeps=("image_embeddings", "intermediate_embeddings"))

FAMILIES = {
    "sam": Family(SamModel, PADDED),
    "sam_hq": Family(SamHQModel, _HQ),
    "sam2": _SAM2,
    "sam2_video": _SAM2,
    "edgetam": _EDGE,
    "edgetam_video": _EDGE,
    "sam3_tracker": _SAM3,
    "sam3_tracker_video": _SAM3,
    "sam3_video": _SAM3,
}
"""Each `model_type` of a config.json. Those for videos hold the networks for photos."""
