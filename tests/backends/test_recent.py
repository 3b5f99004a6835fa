"""What is remembered of the last few photos."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")
from fastseg_edit import Text, catalogue
from fastseg_edit.backends.recent import Recent
from fastseg_edit.backends.yolo import Yolo


def photo(level):
    return np.full((6, 8, 3), level, np.uint8)


@given(st.lists(st.integers(0, 4)), st.integers(1, 3))
def test_it_gives_what_would_be_made_and_keeps_the_last_few(levels, keep):
    made = []

    def make(image):
        made.append(int(image[0, 0, 0]))
        return made[-1]

    recent, last = Recent(keep), []
    for level in levels:
        before = len(made)
        assert recent.of(photo(level), make) == level
        assert (len(made) == before) == (level in last)
        last = [*(each for each in last if each != level), level][-keep:]


def test_a_photo_on_its_side_is_another_one():
    recent = Recent(2)
    assert recent.of(photo(1), lambda image: image.shape) == (6, 8, 3)
    turned = photo(1).transpose(1, 0, 2)
    assert recent.of(turned, lambda image: image.shape) == (8, 6, 3)


def test_a_second_word_costs_a_yolo_no_second_look():
    yolo = Yolo(str(catalogue.folder("fastsam-mini")), confidence=0.0)
    looks = []
    yolo._loaded[0].register_forward_hook(lambda *_: looks.append(1))
    image = np.random.default_rng(0).integers(0, 256, (64, 80, 3), np.uint8)
    for words in ("object", "something"):
        yolo.ground(image, Text(words))
    assert len(looks) == 1
