"""A segmenter with the shipped weights, and a scene."""

import pytest
from small_yolo import APART

from fastseg_edit import world
from fastseg_edit.backends.fastsam import FastSam


@pytest.fixture(scope="module")
def segmenter():
    return FastSam()


@pytest.fixture(scope="module")
def scene():
    """Three objects that do not touch, by seed."""
    return world.draw(world.Split.TEST.seed(1), 256, APART)
