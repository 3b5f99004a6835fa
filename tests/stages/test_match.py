"""Masks that are like the object of a reference, to the segmenter's own eyes."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from squares import COLOURS, Eyes, islands, matched, photo, showing

from fastseg_edit import Edit, Reference, models, world
from fastseg_edit.errors import NoObjectError
from fastseg_edit.stages import Match, Propose, Segment, Select


class Picky:
    """A ranker that likes nothing but green."""

    threshold = 0.5

    def rank(self, image, found, _):
        return found.scored([(image[mask] == COLOURS["green"]).all() for mask in found])


def selected(image, like, **options):
    """Return which of the squares in a row are selected."""
    whole = matched(image, like, **options)
    mask = whole.union(range(len(whole)))
    return [bool(mask[8, x]) for x in range(8, image.shape[1], 12)]


rows = st.lists(st.sampled_from(sorted(COLOURS)), min_size=1, max_size=6)


@given(rows)
def test_all_that_is_like_the_reference_is_found_and_nothing_else(colours):
    if "red" in colours:
        found = selected(photo(*colours), showing("red"))
        assert found == [colour == "red" for colour in colours]
    else:
        with pytest.raises(NoObjectError):
            matched(photo(*colours), showing("red"))


@pytest.mark.parametrize("colour", COLOURS)
def test_the_photo_of_the_reference_answers_with_its_own_object(colour):
    like = showing(colour)
    found = matched(like.image, like)
    assert np.array_equal(found[0], like.mask)
    assert found.scores[0] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["sam", "fastsam"])
def test_a_network_finds_the_object_of_a_reference_in_its_own_photo(name):
    pytest.importorskip({"sam": "transformers", "fastsam": "ultralytics"}[name])
    options = world.Options(fewest=3, most=3, hidden=0, distinct=True, smallest=0.2)
    scene = world.draw(world.Split.TEST.seed(1), 256, options)
    segmenter = models.get("segmenter", {"name": name})
    for true in scene.visible:
        best = matched(scene.photo, Reference(scene.photo, true), segmenter, threshold=0.9)[0]
        assert np.count_nonzero(best & true) > 0.8 * np.count_nonzero(best | true)


def test_two_copies_are_two_objects():
    found = matched(photo("red", "blue", "red"), showing("red"))
    assert len(found) == 2
    assert len(set(found.groups)) == 2


def test_one_object_is_selected_unless_all_are_asked_for():
    mask = Select()(Match(Eyes())(Propose(Eyes())(Edit(photo("red", "red"), showing("red"))))).mask
    assert len(islands(mask)) == 1


def test_no_more_are_kept_than_asked_for():
    assert selected(photo("red", "red", "red"), showing("red"), top=2).count(True) == 2


def test_a_photo_of_plain_background_is_absent():
    with pytest.raises(NoObjectError, match="no object was found at all") as caught:
        matched(np.zeros((16, 16, 3), np.uint8), showing("red"))
    assert caught.value.code == "E_NO_OBJECT"


def test_what_is_absent_is_told_with_the_best_score_and_the_threshold():
    with pytest.raises(NoObjectError, match=r"of 2 scores 0\.\d+, below 0\.90"):
        matched(photo("blue", "green"), showing("red"))


def test_the_threshold_can_be_lowered():
    assert selected(photo("blue", "green"), showing("red"), threshold=0.0) == [True, True]


def test_the_order_of_references_does_not_matter():
    image, found = photo("red", "green", "blue"), []
    for first, second, third in permutations([showing("red"), showing("red"), showing("blue")]):
        found.append(matched(image, Reference(first.image, first.mask, (second, third))))
    assert all(np.array_equal(each.scores, found[0].scores) for each in found)
    assert len(found[0]) == 2


def test_further_references_may_have_further_ones():
    red, blue = showing("red"), showing("blue")
    chained = Reference(red.image, red.mask, (Reference(red.image, red.mask, (blue,)),))
    assert selected(photo("red", "green", "blue"), chained) == [True, False, True]


def test_a_reference_without_a_mask_is_the_object_all_over():
    close = Reference(np.full((16, 16, 3), COLOURS["red"], np.uint8))
    assert selected(photo("blue", "red"), close) == [False, True]


def test_an_object_smaller_than_a_cell_can_be_found():
    image = photo("blue", "blue")
    image[8:10, 9:11] = COLOURS["red"]
    found = matched(image, showing("red"), threshold=0.3, which="best")
    assert found.areas[0] == 4


def test_the_reference_teaches_how_much_of_the_object_a_click_means():
    flag = photo("red", "red")
    flag[4:12, 12:16], flag[4:12, 16:24] = COLOURS["blue"], 0
    other = np.roll(flag, 8, axis=1)
    like = Reference(flag, flag.any(axis=2))
    parts = matched(other, like, which="best", threshold=0.3)
    whole = matched(other, like, which="best", threshold=0.3, tune=True)
    assert not np.array_equal(parts[0], other.any(axis=2))
    assert np.array_equal(whole[0], other.any(axis=2))


def test_teaching_keeps_a_part_apart_from_the_whole_if_the_part_is_shown():
    flag = photo("red")
    flag[4:12, 12:16] = COLOURS["blue"]
    like = Reference(flag, (flag == COLOURS["red"]).all(axis=2))
    assert np.array_equal(matched(flag, like, tune=True, which="best")[0], like.mask)


def test_segment_matches_a_reference_where_nothing_ranks():
    edit = Segment(Eyes(), which="all")(Edit(photo("blue", "red"), showing("red")))
    assert edit.candidates[0][8, 20]


def test_segment_would_rather_rank():
    edit = Segment(Eyes(), ranker=Picky())(Edit(photo("green", "red"), showing("red")))
    assert edit.candidates[0][8, 8]
