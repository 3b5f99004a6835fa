"""A drawn world: seeded scenes of coloured shapes, with the whole truth about each of them.

It is what the mini models are trained and judged on, and where tests get scenes from. Nothing
that edits photos depends on it.

Example:
    >>> from fastseg_edit import world
    >>> scene = world.draw(world.Split.TEST.seed(3), size=96)
    >>> scene.photo.shape
    (96, 96, 3)
"""

from __future__ import annotations

from fastseg_edit.world.backgrounds import BACKGROUNDS
from fastseg_edit.world.captions import VOCABULARY, Absent, Phrase
from fastseg_edit.world.drawing import draw
from fastseg_edit.world.options import Options
from fastseg_edit.world.scene import Scene
from fastseg_edit.world.seeds import VERSION, Split
from fastseg_edit.world.shapes import COLOURS, SHAPES
from fastseg_edit.world.things import Shadow, Thing

__all__ = [
    "BACKGROUNDS",
    "COLOURS",
    "SHAPES",
    "VERSION",
    "VOCABULARY",
    "Absent",
    "Options",
    "Phrase",
    "Scene",
    "Shadow",
    "Split",
    "Thing",
    "draw",
]
