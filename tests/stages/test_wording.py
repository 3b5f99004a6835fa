import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.errors import PromptError
from fastseg_edit.stages import wording
from fastseg_edit.stages.ordering import Order


def orders(*told):
    """Orders from "left" and "large", or "left!" for a strict one, or "left 2!" with a number."""
    made = []
    for each in told:
        first, _, number = each.rstrip("!").partition(" ")
        made.append(Order(first, int(number or 1), each.endswith("!")))
    return tuple(made)


@pytest.mark.parametrize(
    ("words", "one"),
    [
        ("every red circle", "a red circle"),
        ("everything blue", "something blue"),
        ("all of the cups", "a cup"),
        ("the red cups on the left", "a red cup"),
        ("Boxes", "a box"),
        ("crosses", "a cross"),
        ("people in the street", "a person in the street"),
        ("these oranges", "an orange"),
        ("all in red", "something in red"),
        ("everything", "something"),
    ],
)
def test_words_for_several_objects_have_words_for_one_of_them(words, one):
    assert wording.read(words).count is None
    assert wording.of_one(words) == one


@pytest.mark.parametrize(
    "words",
    ["a red circle", "the cross", "the dog", "the glass", "a box of chocolates", "something blue",
     "the bus", "this cactus", "Der Hund", "a red top", "the top hat", "a large dog",
     "the little girl", "the dog on the left of the man", "the bottom of the bottle",
     "the cup on top of the table", "the second hand of a clock"],
)  # fmt: skip
def test_words_for_one_object_stay_as_they_are(words):
    assert wording.read(words) == wording.Wish(words)


@pytest.mark.parametrize(
    ("words", "one", "count", "told"),
    [
        ("the left star", "a star", 1, ["left"]),
        ("the star on the right", "a star", 1, ["right"]),
        ("the leftmost cup", "a cup", 1, ["left!"]),
        ("the cup on the far left", "a cup", 1, ["left!"]),
        ("the second red cup from the left", "a red cup", 1, ["left 2!"]),
        ("the 3rd cup from the top", "a cup", 1, ["top 3!"]),
        ("the last car from the right", "a car", 1, ["right -1!"]),
        ("the second largest cup", "a cup", 1, ["large 2!"]),
        ("the largest red cup on the left", "a red cup", 1, ["large!", "left"]),
        ("the large red circle", "a red circle", 1, ["large"]),
        ("the biggest of the cups", "a cup", 1, ["large!"]),
        ("the cup in the top left corner of the picture", "a cup", 1, ["top", "left"]),
        ("the lower right cup", "a cup", 1, ["bottom", "right"]),
        ("the dog in the middle", "a dog", 1, ["centre"]),
        ("the dog nearest to the centre", "a dog", 1, ["centre!"]),
        ("every cup at the bottom", "a cup", None, ["bottom"]),
        ("small cups", "a cup", None, ["small"]),
        ("the two largest cups", "a cup", 2, ["large!"]),
        ("the 3 cups on the right", "a cup", 3, ["right"]),
        ("two red cups", "a red cup", 2, []),
        ("both cups", "a cup", 2, []),
        ("all three cups", "a cup", 3, []),
    ],
)
def test_words_of_place_size_and_number_are_taken_out(words, one, count, told):
    assert wording.read(words) == wording.Wish(one, count, orders(*told))


@pytest.mark.parametrize(
    ("words", "count", "told"),
    [
        ("the left one", 1, ["left"]),
        ("the left", 1, ["left"]),
        ("rightmost", 1, ["right!"]),
        ("the biggest object", 1, ["large!"]),
        ("second from the left", 1, ["left 2!"]),
        ("everything on the left", None, ["left"]),
        ("something", 1, []),
        ("the two largest", 2, ["large!"]),
    ],
)
def test_words_that_name_nothing_mean_anything(words, count, told):
    assert wording.read(words) == wording.Wish("", count, orders(*told))


PARTS = ["all", "the", "of", "on", "s", "cups", "a", "every", "red", "left", "largest", "two",
         "second", "from", "one", "middle", "in", "3", "!"]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), min_size=1))
def test_any_words_have_words_for_one_object(parts):
    wish = wording.read(" ".join(parts))
    assert wish.count is None or wish.count >= 1
    assert wording.of_one(" ".join(parts)).strip()


@given(st.lists(st.sampled_from(["all", "the", "of", "on", "s", "cups", "a", "every", "red"])))
def test_one_of_one_is_one(parts):
    one = wording.of_one(" ".join(["some", *parts]))
    if not one.startswith("some "):
        assert wording.read(one).count == 1


@pytest.mark.parametrize(
    ("words", "negation"),
    [
        ("not the blue circle", "not"),
        ("all the cups except the red one", "except"),
        ("Everything BUT the cat", "but"),
    ],
)
def test_what_is_not_meant_is_no_matter_for_words(words, negation):
    with pytest.raises(PromptError, match=f"{negation!r} in .* cannot be understood") as caught:
        wording.read(words)
    assert ":subtract" in caught.value.hint


def test_names_that_hold_such_words_are_names():
    assert wording.read("a butterfly knot").one == "a butterfly knot"


@pytest.mark.parametrize(
    ("words", "things"),
    [
        ("a cup and a plate", ["a cup", "a plate"]),
        ("a cup, a plate, and forks", ["a cup", "a plate", "forks"]),
        ("dogs and cats", ["dogs", "cats"]),
        ("The red circle And two squares", ["The red circle", "two squares"]),
        ("a black and white cat", ["a black and white cat"]),
        ("salt and pepper", ["salt and pepper"]),
        ("a cup", ["a cup"]),
    ],
)
def test_a_list_of_things_is_told_from_a_thing_of_two_words(words, things):
    assert wording.listed(words) == things


@given(st.text())
def test_whatever_is_listed_was_said(words):
    parts = wording.listed(words)
    assert parts == [words] or all(part in words for part in parts)
