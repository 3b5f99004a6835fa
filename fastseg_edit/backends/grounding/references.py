"""Where the object is in a reference photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.errors import PromptError

if TYPE_CHECKING:
    from fastseg_edit.prompt import Box, Reference


def box_of(like: Reference) -> Box:
    """Return the box around the object in a reference photo: all of it if there is no mask.

    Raises:
        PromptError: With E_MASK_SIZE or E_MASK_EMPTY, if the mask shows no part of the photo.
    """
    height, width = size = like.image.shape[:2]
    if like.mask is None:
        return 0, 0, width, height
    if like.mask.shape != size:
        message = f"the reference is {size}, and its mask {like.mask.shape}: want the same size"
        raise PromptError("E_MASK_SIZE", message)
    rows, columns = (np.flatnonzero(like.mask.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        raise PromptError("E_MASK_EMPTY", "the mask of the reference selects no pixel")
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)
