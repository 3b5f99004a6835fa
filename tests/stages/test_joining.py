"""Prompts put together: objects stay apart, and rims are no objects."""

import numpy as np
import pytest

from fastseg_edit import Boxes, Edit, Mask, Text, profiles, world
from fastseg_edit.candidates import Candidates
from fastseg_edit.stages import Segment
from fastseg_edit.stages.joining import REMNANT, join

SIZE = (40, 60)


def block(left, right):
    mask = np.zeros(SIZE, bool)
    mask[10:30, left:right] = True
    return mask


def of(*masks):
    return Candidates.of(list(masks), SIZE)


def test_a_rim_of_what_was_taken_away_is_no_object():
    objects, away = of(block(0, 20), block(40, 60)), of(block(1, 30))
    left = join("subtract", objects, away, REMNANT)
    assert [cutout.box for cutout in left.cutouts] == [(40, 10, 60, 30)]


def test_drawn_masks_are_taken_away_to_the_pixel():
    photo = np.zeros((*SIZE, 3), np.uint8)
    edit = Segment("grabcut")(Edit(photo, Mask(block(0, 20)) - Mask(block(1, 30))))
    assert [cutout.area for cutout in edit.candidates.cutouts] == [20]


def test_half_an_object_stays():
    left = join("subtract", of(block(0, 20)), of(block(10, 30)), REMNANT)
    assert [cutout.area for cutout in left.cutouts] == [200]


@pytest.fixture(scope="module")
def scene():
    """Four things of which three are triangles."""
    return world.draw(world.Split.TEST.seed(5013), 256)


@pytest.fixture(scope="module")
def stage():
    mini = profiles.load("mini")
    return Segment(mini.segmenter, ranker=mini.ranker, fallback=mini.fallback)


def test_words_less_a_box_leave_no_rim_of_what_was_in_it(scene, stage):
    pink = next(n for n, thing in enumerate(scene.things) if thing.name == "pink triangle")
    rows, columns = np.nonzero(scene.visible[pink])
    box = Boxes.around(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    edit = stage(Edit(scene.photo, Text("triangles") - box))
    assert len(edit.candidates) == 2


def test_more_asked_for_than_there_are_is_told(scene, stage):
    (notice,) = stage(Edit(scene.photo, Text("five triangles"))).notices
    assert (notice.code, notice.text) == (
        "W_FEWER",
        "'five triangles' asks for 5; found: 3",
    )


@pytest.mark.parametrize("words", ["two triangles", "three triangles", "triangles", "a triangle"])
def test_as_many_as_asked_for_need_no_word(scene, stage, words):
    assert not stage(Edit(scene.photo, Text(words))).notices
