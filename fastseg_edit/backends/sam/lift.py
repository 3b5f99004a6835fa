"""From the grid of a network to the pixels of a photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastseg_edit.candidates import Cutout

if TYPE_CHECKING:
    from numpy.typing import NDArray


def lift(logits: NDArray[np.float32], size: tuple[int, int]) -> Cutout:
    """Enlarge a soft mask, then cut it.

    The logits are interpolated and cut at zero afterwards: the outline then runs between the
    cells. Cutting first would turn the cells into stairs. Only what can be above zero is computed.

    Args:
        logits: (h, w) log odds of the object in each cell. The grid covers the whole photo.
        size: (height, width) of the photo.

    Returns:
        The pixels above zero.
    """
    places = np.nonzero(logits > 0)
    if not places[0].size:
        return Cutout.of(np.zeros((1, 1), bool))
    spans = [
        _span(place, cells, side)
        for place, cells, side in zip(places, logits.shape, size, strict=True)
    ]
    rows, columns = (
        _weights(span, cells, side)
        for span, cells, side in zip(spans, logits.shape, size, strict=True)
    )
    return Cutout.of(rows @ logits @ columns.T > 0, at=(spans[1].start, spans[0].start))


def _span(place: NDArray[np.intp], cells: int, side: int) -> range:
    """Return the pixels that cells, and the halves of their neighbours, reach."""
    first, last = int(place.min()) - 1, int(place.max()) + 2
    return range(max(0, first * side // cells), min(side, -(-last * side // cells)))


def _weights(span: range, cells: int, side: int) -> NDArray[np.float32]:
    """Return how much each cell counts for each pixel: linear interpolation, (pixels, cells)."""
    middles = (np.array(span, np.float32) + 0.5) * cells / side - 0.5
    apart = np.clip(middles, 0, cells - 1)[:, None] - np.arange(cells, dtype=np.float32)
    weights: NDArray[np.float32] = np.maximum(0, 1 - np.abs(apart))
    return weights
