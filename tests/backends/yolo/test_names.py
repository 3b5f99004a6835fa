"""From words to classes."""

import pytest

from fastseg_edit.backends.yolo import names
from fastseg_edit.errors import PromptError

KNOWN = ["person", "traffic light", "hot dog", "knife", "scissors", "bus", "glass", "cat", "dog",
         "hat/cap", "tench, Tinca tinca", "bow_(weapon)", "cell-phone"]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("person", ["person"]),
        ("A Person", ["person"]),
        ("every person", ["person"]),
        ("all of the people", ["person"]),
        ("traffic lights", ["traffic light"]),
        ("hot dog", ["hot dog"]),
        ("the knives", ["knife"]),
        ("scissors", ["scissors"]),
        ("buses", ["bus"]),
        ("a bus", ["bus"]),
        ("glasses", ["glass"]),
        ("cats and dogs", ["cat", "dog"]),
        ("a cat, a dog or a bus", ["bus", "cat", "dog"]),
        ("caps", ["hat/cap"]),
        ("tinca tinca", ["tench, Tinca tinca"]),
        ("bow", ["bow_(weapon)"]),
        ("cell phones", ["cell-phone"]),
        ("something", KNOWN),
    ],
)
def test_words_name_classes(words, meant):
    assert sorted(KNOWN[number] for number in names.classes(words, KNOWN)) == sorted(meant)


@pytest.mark.parametrize("name", KNOWN)
def test_every_class_is_found_by_its_own_name(name):
    assert KNOWN.index(name) in names.classes(name, KNOWN)


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("a persn", "person"),
        ("trafic lights", "traffic light"),
        ("the red bus", "bus"),
        ("a cat and a dgo", "dog"),
        ("dog in a basket", "dog"),
    ],
)
def test_a_word_that_is_no_class_is_an_error_with_the_nearest_class(words, near):
    with pytest.raises(PromptError, match="is none of them") as failure:
        names.classes(words, KNOWN)
    assert failure.value.code == "E_NAME"
    assert failure.value.status == 2
    assert failure.value.hint == f"Did you mean {near!r}?"


@pytest.mark.parametrize("words", ["zzz", "!", "and", "the", "x" * 5000])
def test_a_word_like_no_class_is_answered_with_some_classes(words):
    with pytest.raises(PromptError) as failure:
        names.classes(words, KNOWN)
    assert failure.value.hint.startswith("Known: bow")
    assert len(str(failure.value)) < 400


def test_two_classes_of_one_name_are_both_meant():
    assert names.classes("cats", ["cat", "dog", "cats"]) == [0, 2]
