"""Which models for photos this machine has everything for: the weights, and the library."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from fastseg_edit import catalogue

if TYPE_CHECKING:
    from fastseg_edit.weights import Weights

BEST = {
    "segmenter": (
        "sam2.1-large",
        "sam2.1-base-plus",
        "sam2.1-small",
        "sam2.1-tiny",
        "sam-hq-vit-h",
        "sam-vit-h",
        "sam-hq-vit-l",
        "sam-vit-l",
        "sam-hq-vit-b",
        "sam-vit-b",
        "edgetam",
        "mobilesam",
        "fastsam-x",
        "fastsam-s",
    ),
    "grounder": (
        "mm-grounding-dino-base",
        "grounding-dino-base",
        "mm-grounding-dino-tiny",
        "grounding-dino-tiny",
        "owlv2-large",
        "owlv2-base",
    ),
    "ranker": (
        "clip-vit-l-14-laion2b",
        "clip-vit-l-14-openai",
        "clip-vit-b-32-laion2b",
        "clip-vit-b-32-openai",
    ),
    "inpainter": ("sdxl-inpainting", "sd15-inpainting", "sd2-inpainting"),
    "remover": ("big-lama",),
}
"""Weights of the catalogue for each role, the best first. Those with a licence to accept, and
those that know some kinds of objects only, are left to whoever names them."""

LIBRARIES = {
    "clip": "open_clip",
    "diffusion": "diffusers",
    "fastsam": "ultralytics",
    "grounding": "transformers",
    "lama": "torch",
    "sam": "transformers",
}
"""The library that each family needs."""


def best(role: str) -> Weights | None:
    """Return the best weights for a role that can be used here, or None.

    Args:
        role: One of `BEST`. For any other there is none.
    """
    for name in BEST.get(role, ()):
        weights = catalogue.known()[name]
        if _whole(weights) and find_spec(LIBRARIES[weights.family]):
            return weights
    return None


def of(role: str, family: str) -> Weights | None:
    """Return the best fetched weights of one model, or None: whoever names it alone means these.

    Args:
        role: As for `best`.
        family: The registered name of the model.
    """
    best_first = [catalogue.known()[name] for name in BEST.get(role, ())]
    others = [weights for weights in catalogue.known().values() if weights not in best_first]
    ours = (each for each in [*best_first, *others] if (each.role, each.family) == (role, family))
    return next((each for each in ours if not each.folder and _whole(each)), None)


def drawn(role: str, family: str) -> Weights | None:
    """Return the weights of a model that come with the package and know drawn scenes only."""
    entries = catalogue.known().values()
    return next((e for e in entries if e.folder and (e.role, e.family) == (role, family)), None)


def _whole(weights: Weights) -> bool:
    return weights.place is not None and not weights.lacking
