"""Train every model of the mini pack, one after the other, and put them into the package.

What was stopped goes on where it was. Give each script by itself to train one model only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import common

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
}
"""The scripts that train each model, in turn. Each leaves it in the subfolder of its name."""


def train(name: str, given: common.argparse.Namespace) -> None:
    """Run the scripts of one model, and copy what they made beside its model card."""
    out = given.out / name
    for script in SCRIPTS[name]:
        options = ["--out", out, "--seed", given.seed, "--threads", given.threads]
        command = [sys.executable, HERE / script, *options]
        subprocess.run([str(part) for part in command], check=True)
    shutil.copytree(out / name, WEIGHTS / name, dirs_exist_ok=True)


if __name__ == "__main__":
    arguments = common.arguments("Train the whole mini pack.", samples=0)
    for model in SCRIPTS:
        train(model, arguments)
    print("Now run clip_threshold.py on clip-mini, then: python -m fastseg_edit.mini seal")
