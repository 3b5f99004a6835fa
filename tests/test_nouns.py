"""Singulars, and that both who need them agree on them."""

import pytest

from fastseg_edit.nouns import singular

pytest.importorskip("ultralytics")

from fastseg_edit.backends.yolo import names
from fastseg_edit.stages import wording

PAIRS = {
    "cups": "cup", "boxes": "box", "cherries": "cherry", "benches": "bench", "dishes": "dish",
    "glasses": "glass", "buses": "bus", "houses": "house", "horses": "horse", "potatoes": "potato",
    "shoes": "shoe", "knives": "knife", "leaves": "leaf", "people": "person", "geese": "goose",
    "mice": "mouse", "teeth": "tooth", "children": "child",
}  # fmt: skip


@pytest.mark.parametrize(("several", "one"), PAIRS.items())
def test_several_things_are_called_after_one_of_them(several, one):
    assert singular(several) == one


@pytest.mark.parametrize(
    "one", [*PAIRS.values(), "cactus", "skis", "tv", "gas", "scissors", "trousers"]
)
def test_one_thing_keeps_its_name(one):
    assert singular(one) == one


def test_a_pair_is_one_thing_unless_several_are_asked_for():
    assert wording.read("the scissors").count == 1
    assert wording.read("two scissors") == wording.Wish("a scissors", 2)


@pytest.mark.parametrize(("several", "one"), PAIRS.items())
def test_a_class_is_found_by_the_words_that_a_prompt_becomes(several, one):
    """A stage makes one of several, and then the grounder looks for a class of that name."""
    assert names.classes(wording.of_one(f"all the {several}"), ["zebra", one]) == [1]
