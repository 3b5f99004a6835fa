"""New colours in a photo that has a palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.photos.photo import NativeArray, Photo

ENTRIES = 256
BATCH = 4096
"""Colours that are compared with the palette at a time."""


def indexed(
    photo: Photo,
    box: tuple[slice, slice],
    changed: NDArray[np.bool_],
    colours: NDArray[np.uint8],
    appearing: NDArray[np.bool_],
) -> tuple[NDArray[np.uint8], NativeArray]:
    """Find palette entries for new colours, in entries that nobody uses and in those that exist.

    A pixel keeps its alpha: it may only take an entry that is as opaque as the one it had, and
    pixels that nobody can see keep their entry, unless they are to appear.

    Args:
        photo: Of mode "P" or "PA".
        box: The part of the photo that changes.
        changed: (h, w) bool in the box. True for N pixels.
        colours: (N, 3) uint8 RGB.
        appearing: (N,) bool. Those that take an opaque entry, whatever they had.

    Returns:
        The palette, (M, 4) RGBA, in which every used entry is what it was; and the new pixels,
        (N,) or (N, 2).
    """
    before = photo.pixels[box][changed]
    indices = before.reshape(len(before), -1)[:, 0]
    palette = np.zeros((0, 4), np.uint8) if photo.palette is None else photo.palette
    alpha = np.where(appearing, 255, palette[indices, 3])
    used = _used(photo, box, changed, indices[alpha < 255])
    palette, usable = _extended(palette, used, colours[alpha == 255])
    chosen = indices.copy()
    for level in np.unique(alpha[alpha > 0]):
        alike = np.flatnonzero((palette[:, 3] == level) & usable)
        here = alpha == level
        if alike.size:  # where all entries are taken, none may be opaque
            chosen[here] = alike[_nearest(palette[alike, :3], colours[here])]
    after = before.copy()
    after.reshape(len(after), -1)[:, 0] = chosen
    return palette, after


def _used(
    photo: Photo,
    box: tuple[slice, slice],
    changed: NDArray[np.bool_],
    staying: NDArray[np.uint8],
) -> NDArray[np.bool_]:
    """Tell which entries some pixel has that does not change, or is not opaque."""
    plane = photo.pixels if photo.pixels.ndim == 2 else photo.pixels[..., 0]
    counts = np.bincount(plane.ravel(), minlength=ENTRIES)
    counts -= np.bincount(plane[box][changed], minlength=ENTRIES)
    counts += np.bincount(staying, minlength=ENTRIES)
    return counts > 0


def _extended(
    palette: NDArray[np.uint8], used: NDArray[np.bool_], colours: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Write the new colours, at most as many as fit, over entries that nobody uses.

    Returns:
        The palette, and which of its entries may be chosen.
    """
    full = np.full((ENTRIES, 4), (0, 0, 0, 255), np.uint8)
    full[: len(palette)] = palette
    usable = np.arange(ENTRIES) < len(palette)
    free = np.flatnonzero(~used)
    if len(colours) and len(free):
        fresh = _summary(colours, len(free))
        taken = free[: len(fresh)]
        full[taken, :3] = fresh
        full[taken, 3] = 255
        usable[taken] = True
    size = int(np.flatnonzero(usable)[-1]) + 1
    return full[:size], usable[:size]


def _summary(colours: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """Choose up to `count` colours that stand for all, by median cut."""
    distinct = np.unique(colours, axis=0)
    if len(distinct) <= count:
        return distinct
    row = Image.fromarray(np.ascontiguousarray(colours)[None])
    chosen = row.quantize(count, Image.Quantize.MEDIANCUT).getpalette("RGB") or []
    return np.array(chosen, np.uint8).reshape(-1, 3)[:count]


def _nearest(entries: NDArray[np.uint8], colours: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return for each colour the number of the nearest entry."""
    goals = entries.astype(np.float32)  # holds every sum of squares here exactly
    lengths = (goals**2).sum(axis=1)
    chosen = [
        (lengths - 2 * colours[start : start + BATCH].astype(np.float32) @ goals.T).argmin(axis=1)
        for start in range(0, len(colours), BATCH)
    ]
    return np.concatenate(chosen)
