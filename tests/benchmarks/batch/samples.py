"""Photos of a real size with masks such as users draw, for the benchmarks of batches."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

MEGAPIXELS = (0.3, 0.5, 0.8, 1.0, 1.3, 2.0)
LARGE = 12.0
LARGE_EVERY = 10


def write(
    folder: Path,
    count: int,
    largest: float = LARGE,
    repeated: int = 0,
    others: tuple[float, ...] = MEGAPIXELS,
    model: str = "exemplar",
) -> Path:
    """Write photos, masks and a job, and return the path of the job.

    Args:
        folder: Where to.
        count: How many photos.
        largest: Megapixels of every tenth one.
        repeated: How many items there are, if that is more: the photos come again under other
            names.
        others: Megapixels of the others, each as likely.
        model: What paints.
    """
    (folder / "photos").mkdir(parents=True)
    (folder / "masks").mkdir()
    items = []
    for number in range(count):
        random = np.random.default_rng(number)
        large = number % LARGE_EVERY == LARGE_EVERY - 1
        items.append(_item(folder, number, random, largest if large else random.choice(others)))
    for number in range(count, repeated):
        again = items[number % count]
        photo = f"{number:05}.jpg"
        (folder / "photos" / photo).hardlink_to(folder / "photos" / str(again["photo"]))
        items.append({**again, "photo": photo})
    document = {
        "version": 1,
        "root": "photos",
        "out": "edited",
        "defaults": {"operation": "remove", "profile": "classical", "model": model},
        "items": items,
    }
    path = folder / "job.json"
    path.write_text(json.dumps(document))
    return path


def _item(
    folder: Path, number: int, random: np.random.Generator, megapixels: float
) -> dict[str, object]:
    photo = _photo(number, random, megapixels)
    name = f"{number:05}.jpg"
    source = Image.open(_sources()[number % len(_sources())])
    tables = {"qtables": source.quantization, "subsampling": (0, 2)[number % 2]}
    photo.save(folder / "photos" / name, **tables)
    mask = folder / "masks" / f"{number:05}.png"
    _mask(photo.size, random).save(mask)
    return {"photo": name, "prompt": [{"mask": str(mask)}]}


def _sources() -> list[Path]:
    return sorted((Path(__file__).parents[3] / "examples" / "photos").glob("*.jpg"))


def _photo(number: int, random: np.random.Generator, megapixels: float) -> Image.Image:
    photo = Image.open(_sources()[number % len(_sources())]).convert("RGB")
    width, height = photo.size
    share = random.uniform(0.6, 1)
    left = int(random.uniform(0, 1 - share) * width)
    top = int(random.uniform(0, 1 - share) * height)
    photo = photo.crop((left, top, left + int(share * width), top + int(share * height)))
    if random.random() < 0.5:
        photo = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    scale = (megapixels * 1e6 / (photo.width * photo.height)) ** 0.5
    size = (round(photo.width * scale), round(photo.height * scale))
    return photo.resize(size, Image.Resampling.LANCZOS)


def _mask(size: tuple[int, int], random: np.random.Generator) -> Image.Image:
    """Return a box or an ellipse that covers 2 to 10 % of a photo."""
    width, height = size
    area, ratio = random.uniform(0.02, 0.10) * width * height, random.uniform(0.6, 1.6)
    across, down = int((area * ratio) ** 0.5), int((area / ratio) ** 0.5)
    left, top = random.integers(0, width - across), random.integers(0, height - down)
    mask = Image.new("L", size)
    drawn = ImageDraw.Draw(mask)
    shape = drawn.rectangle if random.random() < 0.7 else drawn.ellipse
    shape((left, top, left + across - 1, top + down - 1), fill=255)
    return mask
