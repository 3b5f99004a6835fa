"""Bits stored as the lengths of runs of equal ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def pack(flat: NDArray[np.bool_]) -> NDArray[Any]:
    """Return run lengths as uint32, the first run False, or the bits as uint8 if that is less.

    Args:
        flat: (n,) bool, at least one.
    """
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if changes.size * 4 > flat.size // 8:
        return np.packbits(flat)
    starts_true = [0] if flat[0] else []
    return np.diff(np.r_[0, starts_true, changes, flat.size].astype(np.uint32))


def unpack(stored: NDArray[Any], count: int) -> NDArray[np.bool_]:
    """Return the bits again.

    Args:
        stored: What `pack` returned.
        count: How many bits there were.
    """
    if stored.dtype == np.uint8:
        return np.unpackbits(stored, count=count).astype(bool)
    return np.repeat(np.arange(stored.size) % 2 == 1, stored)
