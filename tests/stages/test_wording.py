import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.stages import wording


@pytest.mark.parametrize(
    ("words", "one"),
    [
        ("every red circle", "a red circle"),
        ("everything blue", "something blue"),
        ("all of the cups", "a cup"),
        ("the red cups on the left", "a red cup on the left"),
        ("Boxes", "a box"),
        ("crosses", "a cross"),
        ("people in the street", "a person in the street"),
        ("these oranges", "an orange"),
        ("all in red", "something in red"),
        ("everything", "something"),
    ],
)
def test_words_for_several_objects_have_words_for_one_of_them(words, one):
    assert wording.asks_for_all(words)
    assert wording.of_one(words) == one


@pytest.mark.parametrize(
    "words",
    ["a red circle", "the cross", "the dog", "the glass", "a box of chocolates", "something blue",
     "the bus", "this cactus", "Der Hund", "the left star"],
)  # fmt: skip
def test_words_for_one_object_stay_as_they_are(words):
    assert not wording.asks_for_all(words)
    assert wording.of_one(words) == words


@given(st.lists(st.sampled_from(["all", "the", "of", "on", "s", "cups", "a", "every", "red"])))
def test_one_of_one_is_one(parts):
    one = wording.of_one(" ".join(["some", *parts]))
    assert one.strip()
    if not one.startswith("some "):
        assert not wording.asks_for_all(one)
