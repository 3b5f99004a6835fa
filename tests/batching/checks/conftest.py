"""A folder with photos to be checked."""

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(folder / name)
    return tmp_path
