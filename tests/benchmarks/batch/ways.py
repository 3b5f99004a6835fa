"""Three ways to edit the photos of a job, each run as a program of its own by `throughput`.

    python ways.py peer|lean|direct JOB

peer: as IOPaint 1.6 works through a folder: one after the other, each photo blended with what was
painted over its whole frame in floating point, and written as PNG at the default level.
lean: what one would write for oneself: decode, paint, paste, and encode with the photo's own
tables. No journal, no hashes, no proof, no records.

Both paint with the same stages as a batch.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from fastseg_edit import assembly, sources, together
from fastseg_edit.edit import Edit, required
from fastseg_edit.requests import Folders, reading

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> None:
    """Do a job in one of the ways."""
    ways = {"peer": peer, "lean": lean, "direct": direct}
    way, job = ways[sys.argv[1]], Path(sys.argv[2])
    target = job.parent / sys.argv[1]
    target.mkdir(exist_ok=True)
    _, painting = assembly.build("remove", {"profile": "classical"}, ready=True)
    for photo, mask in _items(job):
        way(painting, photo, mask, target)


def peer(painting, photo: Path, mask: Path, target: Path) -> None:
    """Edit one photo as IOPaint does."""
    opened = Image.open(photo)
    image = np.array(opened.convert("RGB"))
    hole = np.where(np.array(Image.open(mask).convert("L")) >= 127, 255, 0).astype(np.uint8)
    painted = required(painting(Edit(image, mask=hole > 0)).result, "result")
    share = hole[:, :, np.newaxis] / 255
    blended = painted * share + image * (1 - share)
    result = Image.fromarray(np.clip(blended, 0, 255).astype(np.uint8))
    result.save(target / f"{photo.stem}.png", dpi=opened.info.get("dpi", (72, 72)))


def lean(painting, photo: Path, mask: Path, target: Path) -> None:
    """Edit one photo with as little around it as there can be."""
    opened = Image.open(photo)
    image = np.array(opened)
    hole = np.array(Image.open(mask)) > 127
    result = Image.fromarray(required(painting(Edit(image, mask=hole)).result, "result"))
    sampling = opened.layer[0][1:3]
    tables = {"qtables": opened.quantization, "subsampling": 0 if sampling == (1, 1) else 2}
    result.save(target / photo.name, "JPEG", **tables)


def direct(_, photo: Path, mask: Path, target: Path) -> None:
    """Edit one photo by the functions of this package."""
    job = json.loads((target.parent / "job.json").read_text())["defaults"]
    request = reading.read({**job, "prompt": [{"mask": mask.name}]}, Folders(mask.parent))
    opened = sources.open_source(photo, request.settings)
    [edited] = together.paint([together.select(request.spec(opened))])
    (target / photo.name).write_bytes(edited.encode())


def _items(job: Path) -> Iterator[tuple[Path, Path]]:
    for item in json.loads(job.read_text())["items"]:
        yield job.parent / "photos" / item["photo"], Path(item["prompt"][0]["mask"])


if __name__ == "__main__":
    main()
