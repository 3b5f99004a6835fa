"""What is known of weights beyond their numbers: stored beside them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastseg_edit.errors import ModelError, SpecError
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from pathlib import Path

FILE = "fastseg.json"
"""File in a folder of weights, {"alike": 0.7}."""


@dataclass(frozen=True)
class Habits(Checked):
    """How weights are best used.

    Args:
        alike: Cosine from which on two cells of a photo show the same kind of thing. The default
            is a guess for weights that say nothing about it: each network has its own scale.
    """

    alike: Annotated[float, Range(-1, 1)] = 0.7

    @classmethod
    def of(cls, weights: Path) -> Habits:
        """Return those beside weights, a folder or a file, or the defaults if there are none.

        Raises:
            ModelError: With E_MODEL_MISSING, if its file of habits cannot be understood.
        """
        path = (weights if weights.is_dir() else weights.parent) / FILE
        if not path.is_file():
            return cls()
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except (ValueError, TypeError, SpecError) as error:
            message = f"{FILE} of {path.parent.name} does not hold a cosine called alike"
            hint = f'Write {{"alike": {cls.alike}}}, or delete the file.'
            raise ModelError("E_MODEL_MISSING", message, hint) from error
