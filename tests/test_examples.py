"""Every script in `examples` runs, and leaves the pictures that it names."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

SCRIPTS = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_an_example_runs_and_saves_its_pictures(script, tmp_path):
    command = [sys.executable, "-W", "error", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    named = set(re.findall(r'"([\w-]+\.(?:png|jpg))"', script.read_text()))
    named = {name for name in named if not (script.parent / "photos" / name).exists()}
    assert named
    for name in named:
        with Image.open(tmp_path / name) as picture:
            picture.load()
