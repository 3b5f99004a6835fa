"""Photos with a hole whose content is known, the same on every machine."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import skimage
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUNDLED = Path(skimage.__file__).parent / "data"
EXAMPLES = Path(__file__).parents[3] / "examples" / "photos"
TUNED = ("astronaut.png", "brick.png", "coffee.png", "coins.png", "gravel.png", "ihc.png",
         "motorcycle_left.png")  # fmt: skip
KEPT_OUT = ("camera.png", "chelsea.png", "grass.png", "hubble_deep_field.jpg", "moon.png",
            "retina.jpg", "rocket.jpg")  # fmt: skip
"""Fixed before anything was tuned. A photo from a folder is by its name's checksum one or other."""

_ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}


class Case(NamedTuple):
    """One photo and one hole.

    Attributes:
        name: Photo and shape.
        image: (H, W, 3) uint8 RGB, the truth.
        mask: (H, W) bool.
        tuned: True if options were chosen by looking at this photo.
    """

    name: str
    image: np.ndarray
    mask: np.ndarray
    tuned: bool


def cases(folder: Path | None = None, side: int = 768) -> Iterator[Case]:
    """Yield three cases for each photo.

    Args:
        folder: More photos, with those below it.
        side: Photos are shrunk until their longer side is this.
    """
    for path, tuned in photos(folder):
        image = opened(path, side)
        for number, shape in enumerate((blob, superellipse, star)):
            random = np.random.default_rng([zlib.crc32(path.stem.encode()), number])
            yield Case(f"{path.stem}-{shape.__name__}", image, hole(image.shape[:2], shape, random),
                       tuned)  # fmt: skip


def photos(folder: Path | None = None) -> Iterator[tuple[Path, bool]]:
    """Yield scikit-image's sample photos, those of the examples, and those of a folder."""
    for name in TUNED + KEPT_OUT:
        if (BUNDLED / name).exists():
            yield BUNDLED / name, name in TUNED
    for place in (EXAMPLES, folder):
        for path in sorted(place.rglob("*")) if place else ():
            if path.suffix.lower() in _ENDINGS:
                yield path, zlib.crc32(path.stem.encode()) % 2 == 0


def opened(path: Path, side: int | None = None) -> np.ndarray:
    """Read a photo as (H, W, 3) uint8 RGB."""
    with Image.open(path) as photo:
        image = photo.convert("RGB")
        if side:
            image.thumbnail((side, side), Image.Resampling.LANCZOS)
        return np.array(image)


def hole(
    shape: tuple[int, int],
    outline: Callable[[np.random.Generator], np.ndarray],
    random: np.random.Generator,
) -> np.ndarray:
    """Place an object-shaped hole of 3 to 8 % of the photo, wholly inside it."""
    height, width = shape
    area = random.uniform(0.03, 0.08) * height * width
    drawn = outline(random)
    scale = np.sqrt(area / drawn.sum())
    size = [
        int(min(side * scale, most * 0.8)) for side, most in zip(drawn.shape, shape, strict=True)
    ]
    small = cv2.resize(drawn.astype(np.float32), size[::-1], interpolation=cv2.INTER_LINEAR) > 0.5
    free = (most - side for side, most in zip(size, shape, strict=True))
    top, left = (int(random.uniform(0.05, 0.95) * room) for room in free)
    mask = np.zeros(shape, bool)
    mask[top : top + size[0], left : left + size[1]] = small
    return mask


def blob(random: np.random.Generator) -> np.ndarray:
    """Outline that wobbles round a circle, like an animal's or a bush's."""
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    radius = 1 + sum(random.normal(0, 0.35 / k) * np.cos(k * angle + random.uniform(0, 6.3))
                     for k in range(2, 7))  # fmt: skip
    return _drawn(np.maximum(radius, 0.25), angle, random.uniform(0.6, 1.4))


def superellipse(random: np.random.Generator) -> np.ndarray:
    """Rounded box, turned and stretched, like a car's or a sign's."""
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    power = random.uniform(2, 6)
    turned = angle + random.uniform(0, 3.14)
    stretch = random.uniform(1, 2.5)
    radius = (np.abs(np.cos(turned) / stretch) ** power + np.abs(np.sin(turned)) ** power) ** (
        -1 / power
    )
    return _drawn(radius, angle, 1)


def star(random: np.random.Generator) -> np.ndarray:
    """Polygon with limbs, like a person's."""
    count = int(random.integers(5, 10))
    angle = np.sort(random.uniform(0, 2 * np.pi, count))
    return _drawn(random.uniform(0.35, 1, count), angle, random.uniform(0.5, 1.0))


def _drawn(radius: np.ndarray, angle: np.ndarray, aspect: float) -> np.ndarray:
    points = np.stack([radius * np.cos(angle) * aspect, radius * np.sin(angle)], axis=1)
    points = (points - points.min(axis=0)) / np.ptp(points, axis=0).max() * 500
    width, height = (points.max(axis=0) + 1).astype(int)
    canvas = np.zeros((height, width), np.uint8)
    cv2.fillPoly(canvas, [points.astype(np.int32)], 1)
    return canvas > 0
