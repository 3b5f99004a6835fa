"""Weights that tell two classes apart."""

import pytest
import small_yolo


@pytest.fixture(scope="session")
def two_classes(tmp_path_factory):
    """The folder that they lie in."""
    folder = tmp_path_factory.mktemp("weights") / "two"
    return small_yolo.written(small_yolo.two_classes(), folder)
