"""What is said of a scene is true, what is called absent is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world.scenes import scenes

from fastseg_edit import world
from fastseg_edit.world import captions

PLACES = {"left": (0, min), "right": (0, max), "top": (1, min), "bottom": (1, max)}
SIZES = {"small": min, "large": max}


def answers(text, things):
    """The numbers of the objects that a reader would point at."""
    words = text.replace(",", "").split()
    found = [
        number
        for number, thing in enumerate(things)
        if all(word == thing.colour for word in words if word in world.COLOURS)
        and all(word == thing.shape for word in words if word in world.SHAPES)
    ]
    for word in words:
        if word in PLACES and found:
            axis, extreme = PLACES[word]
            found = [extreme(found, key=lambda number: things[number].centre[axis])]
        if word in SIZES and found:
            found = [SIZES[word](found, key=lambda number: things[number].size)]
    return tuple(found)


@given(scenes)
def test_phrases_are_true(scene):
    for phrase in scene.phrases:
        assert answers(phrase.text, scene.things) == phrase.things


@given(scenes)
def test_the_definite_article_means_one_object(scene):
    for phrase in scene.phrases:
        if phrase.text.startswith("the "):
            assert len(phrase.things) == 1


@given(scenes)
def test_what_is_absent_is_not_there(scene):
    for absent in scene.absent:
        assert answers(absent.text, scene.things) == ()


@given(scenes)
def test_every_pair_is_either_there_or_absent(scene):
    said = {phrase.text for phrase in scene.phrases} | {absent.text for absent in scene.absent}
    for colour in world.COLOURS:
        assert f"something {colour}" in said
        assert all(captions.article(f"{colour} {shape}") in said for shape in world.SHAPES)


@given(scenes)
def test_nearness_counts_the_attributes_that_are_there(scene):
    present = {thing.colour for thing in scene.things} | {thing.shape for thing in scene.things}
    for absent in scene.absent:
        assert absent.near == len(present & set(absent.text.split()))


@given(scenes)
def test_the_vocabulary_holds_every_word(scene):
    texts = [scene.caption, *(each.text for each in (*scene.phrases, *scene.absent))]
    assert {word for text in texts for word in text.replace(",", "").split()} <= set(
        world.VOCABULARY
    )


@given(scenes)
def test_no_phrase_is_said_twice(scene):
    texts = [phrase.text for phrase in scene.phrases]
    assert len(texts) == len(set(texts))


def thing(name, centre, radius):
    colour, shape = name.split()
    return world.Thing(shape, colour, (0, 0, 0), centre, radius, 0.0, 0.0, (1.0, 0.0))


THINGS = (
    thing("red circle", (0.2, 0.3), 0.1),
    thing("red circle", (0.7, 0.35), 0.2),
    thing("orange star", (0.5, 0.8), 0.1),
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a red circle", (0, 1)),
        ("the large red circle", (1,)),
        ("the small circle", (0,)),
        ("the left red circle", (0,)),
        ("the circle on the right", (1,)),
        ("everything red", (0, 1)),
        ("every red circle", (0, 1)),
        ("an orange star", (2,)),
        ("the star", (2,)),
        ("everything orange", (2,)),
    ],
)
def test_phrases_in_plain_words(text, numbers):
    found = {phrase.text: phrase for phrase in captions.phrases(THINGS)}
    assert found[text].things == numbers
    assert found[text].every == text.startswith("every")


@pytest.mark.parametrize("text", ["the red circle", "the top red circle", "the left star"])
def test_nothing_ambiguous_is_said(text):
    assert text not in {phrase.text for phrase in captions.phrases(THINGS)}


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("a red star", 2),
        ("a red ring", 1),
        ("a green ring", 0),
        ("a ring", 0),
        ("something blue", 0),
    ],
)
def test_absent_things_are_graded(text, near):
    assert captions.Absent(text, near) in captions.absent(THINGS)


@given(st.integers(1, 3))
def test_a_listing_names_all(count):
    expected = [
        "a red circle",
        "a red circle and a red circle",
        "a red circle, a red circle and an orange star",
    ]
    assert captions.listing(THINGS[:count]) == expected[count - 1]
