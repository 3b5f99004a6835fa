"""Objects with true masks, and the prompts that a user might give for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import skimage
import yaml
from skimage import io

from fastseg_edit.prompt import Scribble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.prompt import Box

LONGEST = 1024  # pixels; larger photos are halved until they fit
HELD_OUT = ("camera", "rocket", "chelsea", "cell")  # chosen before anything was tuned


@dataclass(frozen=True)
class Truth:
    """One object of a photo, and where it is."""

    name: str
    image: ImageArray
    mask: MaskArray
    held_out: bool


def load(folder: Path) -> Iterator[Truth]:
    """Read `objects.yaml` of a folder, and the photos that it names.

    Each entry has a name, a photo (a file of the folder, or the stem of one that scikit-image
    ships) and either outlines (lists of x, y, x, y, ...) or a mask (a file of the folder).
    """
    for entry in yaml.safe_load((folder / "objects.yaml").read_text()):
        image = _photo(folder, entry["photo"])
        mask = _mask(folder, entry, image.shape[:2])
        held_out = entry.get("held_out", entry["photo"] in HELD_OUT)
        while max(mask.shape) > LONGEST:
            half = image.shape[1] // 2, image.shape[0] // 2
            image = cv2.resize(image, half, interpolation=cv2.INTER_AREA)
            soft = cv2.resize(mask.astype(np.float32), half, interpolation=cv2.INTER_AREA)
            mask = soft > 0.5
        yield Truth(entry["name"], np.ascontiguousarray(image), mask, held_out)


def _photo(folder: Path, name: str) -> ImageArray:
    shipped = sorted((Path(skimage.__file__).parent / "data").glob(f"{name}.*"))
    picture = io.imread(shipped[0] if shipped else folder / name)
    if picture.ndim == 2:
        picture = np.dstack([picture] * 3)
    return picture[..., :3]


def _mask(folder: Path, entry: dict[str, Any], size: tuple[int, int]) -> MaskArray:
    if "mask" in entry:
        picture = io.imread(folder / entry["mask"])
        return (picture if picture.ndim == 2 else picture[..., 0]) > 127
    canvas = np.zeros(size, np.uint8)
    for outline in entry["outlines"]:
        corners = np.array(outline).reshape(-1, 2)
        cv2.fillPoly(canvas, [np.round(corners * 16).astype(np.int32)], 1, shift=4)
    return canvas.astype(bool)


def box(mask: MaskArray) -> Box:
    """Return the box of a mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def noisy(exact: Box, size: tuple[int, int], random: np.random.Generator) -> Box:
    """Move each side of a box by up to a tenth of the box's size."""
    left, top, right, bottom = exact
    wide, high = right - left, bottom - top
    shift = random.uniform(-0.1, 0.1, 4) * (wide, high, wide, high)
    limits = (size[1] - 2, size[0] - 2, size[1], size[0])
    moved = np.clip(np.add(exact, shift), (0, 0, 2, 2), limits)
    return tuple(float(side) for side in moved)


def overlap(one: MaskArray, other: MaskArray) -> float:
    """Return the intersection over union."""
    return float(np.count_nonzero(one & other) / max(np.count_nonzero(one | other), 1))


def depth(mask: MaskArray) -> np.ndarray:
    """Return the distance to the outline, where the border of the photo counts as outline."""
    framed = np.pad(mask, 1).astype(np.uint8)
    return cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]


def innermost(mask: MaskArray) -> tuple[float, float]:
    """Return the pixel of a mask that is farthest from its outline."""
    row, column = np.unravel_index(depth(mask).argmax(), mask.shape)
    return float(column), float(row)


def anywhere(mask: MaskArray, random: np.random.Generator) -> tuple[float, float]:
    """Return a pixel of a mask, not right at the outline."""
    inner = depth(mask)
    rows, columns = np.nonzero(inner > 0.2 * inner.max())
    chosen = random.integers(len(rows))
    return float(columns[chosen]), float(rows[chosen])


def correction(found: MaskArray, true: MaskArray) -> tuple[tuple[float, float], int]:
    """Click in the middle of the largest wrong region: where, and 1 if it was missed."""
    missed, false = _largest(true & ~found), _largest(found & ~true)
    label = int(missed.sum() >= false.sum())
    return innermost(missed if label else false), label


def scribble(mask: MaskArray) -> Scribble:
    """Draw the longest straight stroke through the middle, and two arcs beside the object."""
    height, width = mask.shape
    left, top, right, bottom = box(mask)
    thick = max(1, round(0.02 * max(right - left, bottom - top)))
    on, off = np.zeros((2, height, width), np.uint8)
    ends = _chord(depth(mask) > thick, innermost(mask))
    cv2.line(on, *ends, 1, thick)
    beyond = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    gap = 0.08 * max(right - left, bottom - top) + 2
    ring = (beyond > gap) & (beyond <= gap + thick + 1)
    rows, columns = np.indices(mask.shape)
    off[ring & ((columns < (left + right) / 2) == (rows < (top + bottom) / 2))] = 1
    return Scribble((on > 0) & mask, off > 0)


def _chord(inside: MaskArray, middle: tuple[float, float]) -> tuple[tuple[int, int], ...]:
    chords = []
    for angle in np.linspace(0, np.pi, 16, endpoint=False):
        ends = [_walk(inside, middle, angle + turn) for turn in (0, np.pi)]
        chords.append((np.hypot(*np.subtract(*ends)), ends))
    return tuple(max(chords, key=lambda chord: chord[0])[1])


def _walk(inside: MaskArray, start: tuple[float, float], angle: float) -> tuple[int, int]:
    column, row = start
    end = round(column), round(row)
    while 0 <= row < inside.shape[0] and 0 <= column < inside.shape[1]:
        if not inside[int(row), int(column)]:
            break
        end = int(column), int(row)
        column, row = column + np.cos(angle), row + np.sin(angle)
    return end


def _largest(mask: MaskArray) -> MaskArray:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count <= 1:
        return mask
    return labels == 1 + stats[1:, cv2.CC_STAT_AREA].argmax()
