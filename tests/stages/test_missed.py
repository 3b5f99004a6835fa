"""What the mini pack misses in a large photo is found all the same, and that is told."""

import numpy as np
import pytest

from fastseg_edit import Boxes, Edit, Mask, Points, Text, operations, profiles, world
from fastseg_edit.cutouts import Cutout
from fastseg_edit.prompt import Rough
from fastseg_edit.stages import Segment, Select

MINI = profiles.load("mini")
AT, SIDE = (700, 300), 40
"""Where the small object lies in the large photo, and how large its place is."""

THING = world.draw(world.Split.VALIDATION.seed(4), SIDE, world.Options(1, 1, 0.3, 0.3, shadows=0.0))
ROWS, COLUMNS = slice(AT[1], AT[1] + SIDE), slice(AT[0], AT[0] + SIDE)


@pytest.fixture(scope="module")
def large():
    """A photo of 1300 pixels with one object of 24."""
    seed = world.Split.VALIDATION.seed(9)
    photo = world.draw(seed, (900, 1300)).plate.copy()
    THING.layers[0].paint(photo[ROWS, COLUMNS])
    return photo


def true():
    mask = np.zeros((900, 1300), bool)
    mask[ROWS, COLUMNS] = THING.amodal[0]
    return mask


def box():
    return Cutout.of(true()).box


def middle():
    left, top, right, bottom = box()
    return Points.at((left + right) / 2, (top + bottom) / 2)


def likeness(mask):
    return Cutout.of(true()).overlap(Cutout.of(mask))


@pytest.mark.parametrize("name", ["fastsam", "sam"])
@pytest.mark.parametrize("prompt", [middle(), Boxes((box(),)), Rough(true())])
def test_an_object_of_a_few_pixels_is_found_by_a_closer_look(large, name, prompt):
    stage = Segment({"name": name}, fallback=MINI.fallback)
    edit = Select()(stage(Edit(large, prompt)))
    assert likeness(edit.mask) > 0.75
    (notice,) = edit.notices
    assert notice.code == "W_FALLBACK"
    assert notice.text.startswith(f"{name} found nothing that fits")
    assert notice.text.endswith(f"{name} on a closer look did")


def test_words_are_found_in_tiles(large):
    edited = operations.segment(large, Text(THING.caption), profile="mini")
    assert likeness(edited.mask) > 0.75
    assert [notice.code for notice in edited.warnings] == ["W_FALLBACK"]
    assert "tiles" in edited.report()["warnings"][0]["text"]


def test_words_less_a_mask_plus_a_click_are_objects_of_their_own():
    scene = world.draw(
        world.Split.VALIDATION.seed(12), 256, world.Options(4, 4, hidden=0.0, distinct=True)
    )
    first, second = scene.visible[0], scene.visible[1]
    left, top, right, bottom = Cutout.of(first).box
    half = np.zeros((256, 256), bool)
    half[top:bottom, left : (left + right) // 2] = True
    rows, columns = np.nonzero(second)
    place = len(rows) // 2
    click = Points.at(float(columns[place]), float(rows[place]))
    words = Text(f"the {scene.things[0].name}")
    edit = Select()(
        Segment(MINI.segmenter, ranker=MINI.ranker, fallback=MINI.fallback)(
            Edit(scene.photo, words | click)
        )
    )
    assert len(edit.chosen) == 2
    for number, mask in enumerate((first, second)):
        assert Cutout.of(mask).overlap(edit.chosen.cutouts[number]) > 0.75
    cut = Select()(
        Segment(MINI.segmenter, ranker=MINI.ranker, fallback=MINI.fallback)(
            Edit(scene.photo, words - Mask(half) | click)
        )
    )
    assert len(cut.chosen) == 2
    assert np.array_equal(cut.chosen[1], edit.chosen[1])
    assert np.array_equal(cut.chosen[0], edit.chosen[0] & ~half)
