"""Tiny weights of SAM 3."""

import shutil

import pytest
import small_sam


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return small_sam.third(tmp_path_factory.mktemp("sam3"))


@pytest.fixture
def copy(weights, tmp_path):
    """A copy of the weights, to be damaged."""
    return shutil.copytree(weights, tmp_path / "copy")
