"""Pictures for people: what is drawn where."""

import numpy as np

from fastseg_edit.ops import draw

GRAY = np.full((60, 80, 3), 128, np.uint8)


def test_each_object_has_a_colour_of_its_own():
    table = draw.colours(255)
    assert table.shape == (256, 3)
    assert not table[0].any()
    assert len(np.unique(table[:40], axis=0)) == 40


def test_objects_are_tinted_and_the_rest_is_left_alone():
    owners = np.zeros((60, 80), np.int32)
    owners[5:25, 5:25], owners[30:60, 40:80] = 1, 2
    boxes = [((5, 5, 25, 25), ""), ((40, 30, 80, 60), "")]
    before = GRAY.copy()
    shown = draw.objects(before, owners, boxes)
    tint = draw.colours(2)
    assert np.array_equal(before, GRAY)
    assert (shown[owners == 0] == 128).all()
    for number, place in ((1, (6, 12)), (2, (58, 44))):
        mixed = 128 * 0.55 + tint[number] * 0.45
        assert np.abs(shown[place] - mixed).max() <= 1 or (shown[place] == tint[number]).all()
    assert (shown[5, 10] == tint[1]).all()


def test_a_title_stays_in_the_picture():
    owners = np.zeros((60, 80), np.int32)
    owners[:4, 70:] = 1
    shown = draw.objects(GRAY, owners, [((70, 0, 80, 4), "a cup")])
    white = np.argwhere((shown > 170).all(axis=2))
    assert len(white) > 5
    assert white[:, 1].max() < 79
