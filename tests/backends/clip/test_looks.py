import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.backends.clip.looks import looked_at
from fastseg_edit.candidates import Candidates

SIZE = (60, 60)


def square(left, top, side):
    mask = np.zeros(SIZE, bool)
    mask[top : top + side, left : left + side] = True
    return mask


def test_masks_nearly_the_same_are_looked_at_once_at_the_best_of_them():
    found = Candidates.of(
        [square(0, 0, 40), square(0, 0, 41), square(20, 20, 10)], SIZE, [0.5, 0.7, 0.6]
    )
    looks = looked_at(found, 10)
    assert looks.numbers == [1, 2]
    assert (
        looks.spread(np.array([0.1, 0.2], np.float32), -1).tolist()
        == np.array([0.1, 0.1, 0.2], np.float32).tolist()
    )


def test_no_more_are_looked_at_than_allowed_and_those_are_the_best():
    masks = [square(10 * number, 0, 8) for number in range(5)]
    looks = looked_at(Candidates.of(masks, SIZE, [0.1, 0.5, 0.3, 0.9, 0.7]), 2)
    assert looks.numbers == [3, 4]
    assert looks.stands_for.tolist() == [-1, -1, -1, 0, 1]


def test_empty_masks_are_not_looked_at():
    found = Candidates.of([np.zeros(SIZE, bool), square(0, 0, 5)], SIZE)
    assert looked_at(found, 10).stands_for.tolist() == [-1, 0]


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 2, st.integers(1, 20)), max_size=8))
def test_each_mask_is_looked_at_or_has_one_like_it_that_is(places):
    found = Candidates.of([square(*place) for place in places], SIZE)
    looks = looked_at(found, 100)
    for number, place in enumerate(looks.stands_for):
        other = looks.numbers[place]
        assert number == other or found.cutouts[number].overlap(found.cutouts[other]) > 0.9
