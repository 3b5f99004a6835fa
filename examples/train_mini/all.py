"""Train every model of the mini pack, one after the other, and put them into the package.

    python examples/train_mini/all.py --out runs

Nearly three hours on one core: fastsam-mini 20 minutes, clip-mini 12, sam-mini 25, lama-mini 9,
sd-mini 98, sd-mini-control 7. A GPU is used if there is one. What was stopped goes on where it was.
Run a script by itself to train one model only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import common

if TYPE_CHECKING:
    import argparse

HERE = Path(__file__).parent
WEIGHTS = HERE.parent.parent / "fastseg_edit" / "mini" / "weights"

SCRIPTS = {
    "fastsam-mini": ("fastsam.py",),
    "clip-mini": ("clip.py",),
    "sam-mini": ("sam.py",),
    "lama-mini": ("lama.py",),
    "sd-mini": (
        "stable_diffusion/vae.py",
        "stable_diffusion/unet.py",
        "stable_diffusion/assemble.py",
    ),
    "sd-mini-control": ("controlnet.py",),  # after sd-mini, which it is trained with
}
"""The scripts that train each model, in turn. The last one leaves it in the folder of its name."""


def train(name: str, given: argparse.Namespace) -> None:
    """Run the scripts of one model, and copy what they made beside its model card."""
    out = given.out / name
    for script in SCRIPTS[name]:
        run(HERE / script, "--out", out, "--seed", given.seed, "--threads", given.threads)
    shutil.copytree(out / name, WEIGHTS / name, dirs_exist_ok=True)


def run(*command: object) -> None:
    """Run Python in a process of its own, and stop where that fails."""
    subprocess.run([sys.executable, *map(str, command)], check=True)


if __name__ == "__main__":
    arguments = common.arguments("Train the whole mini pack.", samples=0)
    for model in SCRIPTS:
        train(model, arguments)
    run(HERE / "clip_threshold.py", WEIGHTS / "clip-mini")  # it looks at fastsam-mini's masks
    run("-m", "fastseg_edit.mini", "seal")
