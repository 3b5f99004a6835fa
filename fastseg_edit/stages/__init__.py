"""The steps that pipelines are made of."""

from fastseg_edit.stages.composite import Composite
from fastseg_edit.stages.label import Label
from fastseg_edit.stages.layout import LayOut
from fastseg_edit.stages.locate import Propose, Select
from fastseg_edit.stages.match import Match
from fastseg_edit.stages.matte import MatteRim
from fastseg_edit.stages.rank import Rank
from fastseg_edit.stages.refine import (
    Dilate,
    DropSpecks,
    Erode,
    FillHoles,
    Invert,
    Smooth,
    TakeInRim,
    Widen,
)
from fastseg_edit.stages.repaint import Inpaint
from fastseg_edit.stages.segment import Segment
from fastseg_edit.stages.shadow import TakeInShadow
from fastseg_edit.stages.snap import SnapToEdges
from fastseg_edit.stages.verify import Verify

__all__ = [
    "Composite",
    "Dilate",
    "DropSpecks",
    "Erode",
    "FillHoles",
    "Inpaint",
    "Invert",
    "Label",
    "LayOut",
    "Match",
    "MatteRim",
    "Propose",
    "Rank",
    "Segment",
    "Select",
    "Smooth",
    "SnapToEdges",
    "TakeInRim",
    "TakeInShadow",
    "Verify",
    "Widen",
]
