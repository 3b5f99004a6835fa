"""Detectors of the tests: how they are made and changed, and what they are shown."""

import numpy as np
from safetensors.torch import load_file, save_file

from fastseg_edit import Text
from fastseg_edit.backends.grounding import Grounding

DINO, OWL = ("grounding-dino", "mm-grounding-dino"), ("owlv2", "owlvit")
WORDS = Text("A red cup.")


def noise(height, width, seed=0):
    """Return a photo of noise."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def of(folder, **options):
    """Return the grounder of a folder, which takes every box for an answer."""
    return Grounding(**{"weights": str(folder), "threshold": 0.0, **options})


def edited(folder, change):
    """Change the weights in a folder."""
    weights = load_file(folder / "model.safetensors")
    for name, weight in weights.items():
        change(name, weight)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    return folder


def answer_cells(name, weight):
    """Make OWL answer, at each cell of its grid, a box of a cell's size round its far corner."""
    if name.startswith("box_head.dense2"):
        weight.zero_()
