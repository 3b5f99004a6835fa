"""The network behind FastSAM: made from its description, and filled with weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastseg_edit.backends.fastsam.library import ROOT, YAML, SegmentationModel
from fastseg_edit.options import Checked, Range

CLASSES = {0: "object"}
"""One class: it tells where objects are, not what they are."""


@dataclass(frozen=True)
class Architecture(Checked):
    """Which network the weights belong to.

    Args:
        base: One of ultralytics' own descriptions, which are read from the installed library.
        depth: Share of the layers of the largest model.
        width: Share of its channels.
    """

    base: Literal["v8/yolov8-seg", "11/yolo11-seg"]
    depth: Annotated[float, Range(0, 1, beyond=True)]
    width: Annotated[float, Range(0, 2, beyond=True)]


def build(architecture: Architecture) -> SegmentationModel:
    """Make a network with random weights, for one class."""
    described: dict[str, Any] = YAML.load(ROOT / "cfg" / "models" / f"{architecture.base}.yaml")
    network = SegmentationModel(
        {
            "backbone": described["backbone"],
            "head": described["head"],
            "depth_multiple": architecture.depth,
            "width_multiple": architecture.width,
            "nc": len(CLASSES),
        },
        verbose=False,
    )
    network.names = dict(CLASSES)
    return network
