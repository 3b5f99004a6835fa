"""How alike two objects are to a network, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_MOST = 256  # cells of an object that are compared: SAM has up to 4096, and neighbours say the same


def covered(seen: Vectors, share: NDArray[np.floating]) -> Vectors:
    """Return what a network saw in an object.

    Args:
        seen: (h, w, D) vectors of length 1, one for each cell of a grid.
        share: (h, w), how much of each cell belongs to the object, 0 to 1.

    Returns:
        (n, D): the vectors of the cells that belong to it by half or more, or of the one that does
        most of all if there is none. 256 of them, evenly chosen, if there are more. None if the
        object has no pixel.
    """
    chosen = np.flatnonzero(share >= min(0.5, share.max()))
    if not share.any():
        chosen = chosen[:0]
    if chosen.size > _MOST:
        chosen = chosen[np.linspace(0, chosen.size - 1, _MOST).round().astype(np.intp)]
    return seen.reshape(-1, seen.shape[-1])[chosen]


def likeness(one: Vectors, other: Vectors) -> float:
    """Return how alike two objects are, -1 to 1.

    Each cell of the one is compared with the cell of the other that is most like it, and the other
    way round [1], so that all parts of both count: an object of one colour is not like a flag that
    has this colour too. A mean over the vectors [2] would blend the parts before they are compared.

    Args:
        one: (n, D) vectors of length 1, at least one.
        other: (m, D) the same.

    Returns:
        The mean of the best cosines of either side. The order of the two does not matter.

    References:
        [1] Barrow, Tenenbaum, Bolles, Wolf. Parametric correspondence and chamfer matching: two
            new techniques for image matching. IJCAI 1977.
        [2] Zhang et al. Personalize segment anything model with one shot. ICLR 2024.
            arXiv:2305.03048
    """
    cosines = one @ other.T
    return float(cosines.max(axis=0).mean() + cosines.max(axis=1).mean()) / 2
