"""ultralytics, imported so that it reaches nowhere, says nothing and changes nothing else.

On its import it looks for the network, writes a settings file into the home folder, limits the
threads of OpenCV and of every library imported later, and puts functions of its own in the place
of `PIL.Image.open` and `torch.save`. Its switches are read in that moment only, so they are set
for that moment only. Whoever imported it before has made these choices already.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch  # before ultralytics, whose limit on threads it would read
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

SWITCHES = {
    "YOLO_OFFLINE": "1",
    "YOLO_AUTOINSTALL": "false",
    "YOLO_VERBOSE": "false",
    "ULTRALYTICS_SAFE_LOAD": "1",
    "ULTRALYTICS_SKIP_REQUIREMENTS_CHECKS": "1",
}
"""What its import reads from the environment."""


@contextmanager
def switches() -> Iterator[None]:
    """Set the switches, and afterwards put everything back as it was.

    The settings go into a temporary folder, unless the user has named one.
    """
    first = "ultralytics" not in sys.modules
    with tempfile.TemporaryDirectory(prefix="fastseg-edit-") as folder, _environment():
        os.environ.update(SWITCHES)
        os.environ.setdefault("YOLO_CONFIG_DIR", folder)
        with _globals():
            yield
    if first:
        # Quiet during the import only: whoever uses it beside us hears it again.
        logging.getLogger("ultralytics").setLevel(logging.INFO)


@contextmanager
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


@contextmanager
def _globals() -> Iterator[None]:
    """Keep what other libraries have in common with everybody."""
    threads, opened, saved = cv2.getNumThreads(), Image.open, torch.save
    try:
        with np.printoptions(), warnings.catch_warnings():
            yield
    finally:
        cv2.setNumThreads(threads)
        Image.open, torch.save = opened, saved


with switches():
    from ultralytics.nn.tasks import SegmentationModel, _SafeLoad, torch_safe_load
    from ultralytics.utils import ROOT, YAML
    from ultralytics.utils.nms import non_max_suppression

LOADS_SAFELY: bool = _SafeLoad.SUPPORTED
"""False if torch is too old to make nothing but harmless classes from a pickle."""

__all__ = [
    "LOADS_SAFELY",
    "ROOT",
    "SWITCHES",
    "YAML",
    "SegmentationModel",
    "non_max_suppression",
    "torch_safe_load",
]
