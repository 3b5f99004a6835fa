"""The scripts in `examples`, and what it means that one works."""

import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

SCRIPTS = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))

WITH_NETWORKS = [script for script in SCRIPTS if "mini" in script.read_text()]
"""Those that import libraries of networks, which alone takes each some seconds."""


def runs_and_saves_its_pictures(script, folder):
    command = [sys.executable, "-W", "error", script]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    named = set(re.findall(r'"([\w-]+\.(?:png|jpg))"', script.read_text()))
    named = {name for name in named if not (script.parent / "photos" / name).exists()}
    assert named
    for name in named:
        with Image.open(folder / name) as picture:
            picture.load()
