"""From which score on a mask shows what was asked for: stored beside the weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from fastseg_edit.errors import ModelError, SpecError
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE = "fastseg.json"
"""File in a folder of weights that holds its thresholds, {"words": 0.4, "reference": 0.7}."""


@dataclass(frozen=True)
class Thresholds(Checked):
    """Cosines from which on two things show the same.

    The defaults are for weights that say nothing about it. LAION kept captions from 0.28 on, as
    ViT-B-32 judges them [1]; a short phrase and a crop score somewhat lower. Each model has its own
    scale, so look at the scores of a few photos before you rely on one.

    Args:
        words: Of a crop and a phrase.
        reference: Of two crops.

    References:
        [1] Schuhmann et al. LAION-5B: an open large-scale dataset for training next generation
            image-text models. NeurIPS 2022. arXiv:2210.08402
    """

    words: Annotated[float, Range(-1, 1)] = 0.22
    reference: Annotated[float, Range(-1, 1)] = 0.75

    @classmethod
    def of(cls, folder: Path) -> Thresholds:
        """Return those of a folder of weights, or the defaults if it has none.

        Raises:
            ModelError: With E_MODEL_MISSING, if its file of thresholds cannot be understood.
        """
        path = folder / FILE
        if not path.is_file():
            return cls()
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except (ValueError, TypeError, SpecError) as error:
            raise ModelError(
                "E_MODEL_MISSING",
                f"{path} does not hold the thresholds words and reference: {error}",
                f'Write {{"words": {cls.words}, "reference": {cls.reference}}}, or delete it.',
            ) from error


def best(there: Sequence[float], absent: Sequence[float]) -> float:
    """Return the score that tells best what is there from what is not.

    It is where the share of what is found and that of what is refused have the largest sum, and
    in the middle where that is so at many.

    Args:
        there: The best score of any mask, for each thing that is there; -1 where that mask shows
            something else.
        absent: The same for each thing that is not there.

    Raises:
        ValueError: If either is empty.
    """
    if not len(there) or not len(absent):
        raise ValueError("a threshold needs scores of what is there, and of what is not")
    levels = np.arange(-200, 201) / 200
    both = [sum(shares(there, absent, level)) for level in levels]
    return round(float(levels[np.array(both) >= max(both) - 1e-9].mean()), 3)


def shares(there: Sequence[float], absent: Sequence[float], level: float) -> tuple[float, float]:
    """Return which share of what is there is found at a threshold, and of what is not refused."""
    return float(np.mean(np.array(there) >= level)), float(np.mean(np.array(absent) < level))
