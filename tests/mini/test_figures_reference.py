import numpy as np
import pytest

from fastseg_edit.mini.figures import reference
from fastseg_edit.mini.figures.reference import Answer, Case
from fastseg_edit.world import Split, judge

SEEDS = [Split.TEST.seed(number) for number in range(12)]
CASES = [Case.of(seed) for seed in SEEDS]


def test_clip_finds_what_is_like_the_reference_and_says_if_nothing_is():
    figures = reference.measure(SEEDS)
    assert figures["reference_right"] >= 0.9
    assert figures["reference_f1"] >= 0.9
    assert figures["reference_absent"] >= 0.9


def test_who_finds_nothing_is_always_right_about_what_is_not_there():
    figures = reference.measure(SEEDS, lambda *_: [])
    assert figures["reference_absent"] == 1
    assert figures["reference_right"] == figures["reference_f1"] == 0


def test_who_knows_the_truth_makes_no_mistake():
    truth = {case.photo.tobytes(): list(case.true) for case in CASES}
    figures = reference.measure(SEEDS, lambda image, _: truth[image.tobytes()])
    assert set(figures.values()) == {1.0}


def test_scenes_hold_none_one_and_several_of_what_is_asked_for():
    assert {0, 1, 2} <= {len(case.true) for case in CASES}


@pytest.mark.parametrize("case", CASES)
def test_the_reference_shows_an_object_of_another_photo(case):
    assert not np.array_equal(case.like.image, case.photo)
    assert np.count_nonzero(case.like.mask) >= 100


def test_further_references_show_others_of_the_same_kind():
    like = Case.of(SEEDS[0], shots=3).like
    assert len(like.more) == 2
    shown = [like, *like.more]
    assert len({each.image.tobytes() for each in shown}) == 3
    colours = [judge.colour_of(each.image, each.mask)[0] for each in shown]
    assert len(set(colours)) == 1


def test_masks_of_the_same_object_count_once():
    square, other = np.zeros((8, 8), bool), np.zeros((8, 8), bool)
    square[:3, :3], other[5:, 5:] = True, True
    case = Case(CASES[0].photo, CASES[0].like, (square,), "colour")
    assert Answer.to(case, [square, square, other]) == Answer(1, 1, 3, True)
    assert Answer.to(case, [other, square]) == Answer(1, 1, 2, False)
    assert Answer.to(case, []) == Answer(1, 0, 0, False)
