"""Importing ultralytics leaves the process and the machine as they were."""

import os
import subprocess
import sys

PROGRAM = """
import os, sys, warnings
import cv2, numpy, torch
from PIL import Image
def state():
    names = "OMP_NUM_THREADS", "YOLO_OFFLINE", "YOLO_CONFIG_DIR", "NUMEXPR_MAX_THREADS"
    return [*map(os.environ.get, names), cv2.getNumThreads(), torch.get_num_threads(),
            Image.open, torch.save, warnings.filters[:], str(numpy.array([0.5]))]
before = state()
from fastseg_edit.backends.fastsam import FastSam
assert state() == before, (before, state())
from ultralytics.utils import ONLINE, SAFE_LOAD
assert not ONLINE and SAFE_LOAD
"""


def test_the_import_leaves_no_trace(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name != "YOLO_CONFIG_DIR"}
    environment = {**kept, "HOME": str(home), "TMPDIR": str(home)}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""
    assert not list(home.rglob("*ltralytics*"))
    assert not list(home.rglob("fastseg-edit-*"))
