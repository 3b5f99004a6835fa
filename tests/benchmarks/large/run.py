"""What an edit of a 50-megapixel photo costs beyond the network: seconds and memory.

The photo is a shipped one, enlarged; 1 % of it is masked. The network is stood in for by one that
returns what it was given, at once, so that all the time is ours: reading, selecting, cutting,
pasting, writing, and proving that nothing else has changed. The same file opened and saved by
Pillow, and nothing else, is the measure.

    python tests/benchmarks/large/run.py [--megapixels 50] [--format jpg]
"""

import argparse
import io
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from fastseg_edit import EditSpec, Mask, operations, photos

PHOTO = Path(__file__).parents[3] / "examples" / "photos" / "wren.jpg"
SHARE = 0.01
NATIVE = 512


class Nothing:
    """An inpainter of Stable Diffusion's size that takes no time."""

    native, multiple, context = NATIVE, 8, "30%"

    def inpaint(self, hole, /):
        """Return the window as it is, a little darker."""
        return hole.image - hole.image // 8


def prepare(folder, megapixels, form):
    """Write the photo and its mask."""
    with Image.open(PHOTO) as photo:
        width, height = photo.size
        factor = (megapixels * 1e6 / (width * height)) ** 0.5
        large = photo.resize((round(width * factor), round(height * factor)), Image.BICUBIC)
    path = folder / f"large.{form}"
    large.save(path, **({"quality": 92} if form == "jpg" else {"compress_level": 1}))
    rows, columns = np.mgrid[: large.height, : large.width].astype(np.float32)
    distance = np.hypot(rows - large.height / 2, columns - large.width / 2)
    radius = (SHARE * large.width * large.height / np.pi) ** 0.5
    Image.fromarray(distance < radius).save(folder / "mask.png")
    return path


def ours(path):
    """Edit the photo, and return the seconds of each part."""
    started, seconds = time.perf_counter(), {}
    with Image.open(path) as photo:
        size = photo.size[::-1]
    mask = photos.open_mask(path.with_name("mask.png"), size)
    seconds["read the mask"] = time.perf_counter() - started
    edited = operations.run(EditSpec("remove", path, Mask(mask), options={"model": Nothing()}))
    stages = sum(step.seconds for step in edited.edit.history)
    seconds["stages"] = stages
    seconds["read the photo"] = time.perf_counter() - started - sum(seconds.values())
    edited.save(path.with_name(f"edited{path.suffix}"), overwrite=True)
    seconds["write and prove"] = time.perf_counter() - started - sum(seconds.values())
    return seconds


def pillow(path):
    """Open and save the photo, and nothing else."""
    started = time.perf_counter()
    with Image.open(path) as photo:
        photo.load()
        form = photo.format
        how = {"quality": "keep"} if form == "JPEG" else {"compress_level": 1}
        photo.save(io.BytesIO(), form, **how)
    return {"open and save": time.perf_counter() - started}


def measured(way, path):
    """Run one way in a process of its own, and print what it took."""
    before = time.process_time()
    seconds = way(path)
    used = time.process_time() - before
    parts = ", ".join(f"{name} {value:.2f}" for name, value in seconds.items())
    print(f"{way.__name__:7} {sum(seconds.values()):6.2f} s wall, {used:6.2f} s CPU, ", end="")
    print(f"{peak():5.0f} MB at most   {parts}", flush=True)


def peak():
    """Return the most memory that this process has held, in MB; of its own, not its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def main():
    """Measure both ways, each in a new process."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megapixels", type=float, default=50)
    parser.add_argument("--format", choices=("jpg", "png"), default="jpg")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--way", choices=("ours", "pillow"), help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        measured({"ours": ours, "pillow": pillow}[given.way], given.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = prepare(Path(folder), given.megapixels, given.format)
        for _ in range(given.runs):
            for way in ("ours", "pillow"):
                command = [sys.executable, __file__, "--way", way, "--path", path]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
