import numpy as np
import pytest

from fastseg_edit.candidates import Candidates
from fastseg_edit.errors import ModelError, NoObjectError
from fastseg_edit.prompt import Reference, Text
from fastseg_edit.stages.pick import pick

SIZE = (100, 300)
CUPS = {"A": (20, 60, 10), "B": (100, 15, 14), "C": (190, 60, 8), "D": (270, 80, 12)}
"""Centre x and y and half a side of each, from the left to the right."""
SCORES = {"A": 0.6, "B": 0.9, "C": 0.8, "D": 0.7}


def square(x, y, reach):
    mask = np.zeros(SIZE, bool)
    mask[y - reach : y + reach, x - reach : x + reach] = True
    return mask


def meant(words, **options):
    """Return the names of the cups that are meant, in order, one for each object."""
    found = Candidates.of([square(*cup) for cup in CUPS.values()], SIZE, list(SCORES.values()))
    picked = pick(found, Text(words), **options)
    names = {float(np.float32(score)): name for name, score in SCORES.items()}
    return "".join(names[float(picked.scores[number])] for number in picked.best())


@pytest.mark.parametrize(
    ("words", "cups"),
    [
        ("a cup", "B"),
        ("every cup", "BCDA"),
        ("cups", "BCDA"),
        ("both cups", "BC"),
        ("three cups", "BCD"),
        ("the left cup", "A"),
        ("the cup on the right", "D"),
        ("the cup at the top", "B"),
        ("the lowest cup", "D"),
        ("the bottommost cup", "D"),
        ("the second cup from the left", "B"),
        ("the last cup from the left", "D"),
        ("the third from the right", "B"),
        ("the two leftmost cups", "AB"),
        ("the cup in the middle", "C"),
        ("the largest cup", "B"),
        ("the second largest cup", "D"),
        ("the smallest cup", "C"),
        ("the smallest cup on the left", "A"),
        ("the cup in the bottom left corner", "A"),
        ("cups on the right", "CD"),
        ("every cup at the top", "B"),
        ("large cups", "BD"),
        ("the largest one", "B"),
    ],
)
def test_number_place_and_size_choose(words, cups):
    assert meant(words) == cups


@pytest.mark.parametrize(
    ("words", "options", "cups"),
    [
        ("a cup", {"which": "all"}, "BCDA"),
        ("every cup", {"which": "best"}, "B"),
        ("a cup", {"top": 2}, "BC"),
        ("every cup", {"top": 3}, "BCD"),
        ("both cups", {"top": 1}, "B"),
        ("a cup on the left", {"which": "all"}, "BA"),
        ("every cup on the left", {"which": "best"}, "A"),
    ],
)
def test_options_go_before_words(words, options, cups):
    assert meant(words, **options) == cups


def test_fewer_than_asked_for_are_all():
    assert sorted(meant("nine cups")) == list("ABCD")


def test_a_place_where_nothing_is_is_an_answer():
    found = Candidates.of([square(20, 60, 10), square(60, 60, 10)], SIZE)
    with pytest.raises(NoObjectError, match="2 objects found for 'cups on the right', but none"):
        pick(found, Text("cups on the right"))
    with pytest.raises(NoObjectError):
        pick(found, Text("the third cup from the left"))


def test_alternatives_for_one_object_share_a_group():
    found = Candidates.of([square(20, 60, 10), square(90, 60, 10)], SIZE, [0.5, 0.6])
    for like in (Text("a cup"), Reference(np.zeros((*SIZE, 3), np.uint8))):
        picked = pick(found, like)
        assert picked.groups.tolist() == [0, 0]
        assert picked.scores.tolist() == pytest.approx([0.6, 0.5])


def test_objects_of_like_size_are_all_large():
    found = Candidates.of([square(20, 60, 10), square(90, 60, 11)], SIZE)
    assert len(pick(found, Text("large cups"))) == 2


@pytest.mark.parametrize(("part", "whole", "left"), [(0.5, 0.6, 1), (0.6, 0.5, 2), (0.5, 0.5, 1)])
def test_a_part_that_is_no_better_than_its_whole_goes(part, whole, left):
    found = Candidates.of([square(50, 50, 10), square(50, 50, 30)], SIZE, [part, whole])
    assert len(pick(found, Text("every cup"))) == left


def test_nearly_the_same_masks_count_once():
    found = Candidates.of([square(50, 50, 20), square(52, 50, 20)], SIZE, [0.5, 0.6])
    picked = pick(found, Text("every cup"))
    assert picked.scores.tolist() == pytest.approx([0.6])


def test_neighbours_that_overlap_a_little_are_two():
    found = Candidates.of([square(50, 50, 20), square(75, 50, 20)], SIZE)
    assert len(pick(found, Text("every cup"))) == 2


@pytest.mark.parametrize("score", [np.nan, np.inf])
def test_scores_that_are_no_numbers_are_refused(score):
    found = Candidates.of([square(50, 50, 20)], SIZE, [score])
    with pytest.raises(ModelError, match="1 of 1 masks") as caught:
        pick(found, Text("a cup"))
    assert caught.value.code == "E_MODEL_OUTPUT"
