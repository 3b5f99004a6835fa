"""The command `fastseg-edit batch` in this process, and a small folder that it works on."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import numpy as np
from PIL import Image

from fastseg_edit.apps.cli import main

MASK = ("--mask", "mask.png", "--profile", "quick.yaml")
JOB = """
root: photos
out: out
defaults: {operation: remove, profile: ../quick.yaml, prompt: [{mask: ../mask.png}]}
items:
- {photo: a.png}
- {photo: bad.jpg}
- {photo: deep/b.png}
- {photo: c.png, gates: {coverage: {max: 1%}, otherwise: copy}}
"""


class Said(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def events(self):
        return [json.loads(line) for line in self.out.splitlines()]


def said(*arguments, out=None, err=None):
    """Run a command, and return how it ended."""
    out, err = out or io.StringIO(), err or io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["batch", *arguments])
    return Said(status, out.getvalue(), err.getvalue())


def draw(path, seed=0):
    """Write a photo that differs with the seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = np.random.default_rng(seed).integers(60, 90, (40, 48, 3)).astype(np.uint8)
    image[10:20, 10:22] = (200, 30, 30)
    Image.fromarray(image).save(path)


def fill(folder):
    """Fill a folder with a job of three good photos and a bad one, and with bad photos."""
    for seed, name in enumerate(("a.png", "deep/b.png", "c.png")):
        draw(folder / "photos" / name, seed)
    (folder / "photos/bad.jpg").write_bytes(b"no photo")
    (folder / "job.yaml").write_text(JOB)
    (folder / "quick.yaml").write_text("{segmenter: grabcut, inpainter: blur}")
    mask = np.zeros((40, 48), np.uint8)
    mask[10:20, 10:22] = 255
    Image.fromarray(mask).save(folder / "mask.png")
    (folder / "bad").mkdir()
    for name in ("one.jpg", "line\nbreak.jpg", "three.jpg"):
        (folder / "bad" / name).write_bytes(b"no photo")
