"""How it is said that something is not there."""

import numpy as np
import pytest

from fastseg_edit.absence import absent
from fastseg_edit.prompt import Reference, Text


def test_the_score_is_told_against_the_threshold():
    error = absent(Text("a cup"), 3, 0.25, 0.4)
    assert error.status == 7
    assert error.message == (
        "nothing in the photo answers 'a cup': the best of 3 scores 0.25, below 0.40"
    )


@pytest.mark.parametrize("gap", [0.2, 0.011, 0.004, 0.0006])
def test_the_two_figures_differ_as_they_are_written(gap):
    told = absent(Text("a cup"), 1, 0.9 - gap, 0.9).message.partition("scores ")[2]
    score, threshold = told.split(", below ")
    assert float(score) < float(threshold)


def test_without_objects_there_is_no_score():
    like = Reference(np.zeros((4, 4, 3), np.uint8))
    assert "the reference: no object was found at all" in absent(like, 0, -1, 0.5).message
