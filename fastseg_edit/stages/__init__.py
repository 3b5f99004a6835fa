"""The steps that pipelines are made of."""

from fastseg_edit.stages.locate import Ground, Propose, Segment, Select
from fastseg_edit.stages.rank import Rank
from fastseg_edit.stages.refine import (
    Dilate,
    DropSpecks,
    Erode,
    FillHoles,
    Invert,
    Smooth,
    SnapToEdges,
    TakeInRim,
    Widen,
)
from fastseg_edit.stages.repaint import Composite, Inpaint

__all__ = [
    "Composite",
    "Dilate",
    "DropSpecks",
    "Erode",
    "FillHoles",
    "Ground",
    "Inpaint",
    "Invert",
    "Propose",
    "Rank",
    "Segment",
    "Select",
    "Smooth",
    "SnapToEdges",
    "TakeInRim",
    "Widen",
]
