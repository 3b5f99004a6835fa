"""Tiles: what one of them finds all of them find, and no object twice."""

from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit import Edit, Everything, Text
from fastseg_edit.candidates import Candidates
from fastseg_edit.cutouts import Cutout
from fastseg_edit.errors import NoObjectError, SpecError
from fastseg_edit.stages import Propose, Segment, tiles
from fastseg_edit.stages.part import Part

SIZE = (160, 240)
SIDE = 80
BLUE, RED = (30, 40, 220), (220, 30, 30)


class Near:
    """Finds each blue or red island that fills enough of what it is shown, as networks do."""

    least = 0.004
    cells = 20.0

    def encode(self, image, /):
        return image

    def predict(self, encoding, _, /):
        masks = [np.all(encoding == colour, axis=2) for colour in (BLUE, RED)]
        shown = [mask for mask in masks if mask.sum() > self.least * mask.size]
        size = encoding.shape[:2]
        found = Candidates.of(shown, size, None, list(range(len(shown))))
        return Candidates(
            size, found.cutouts, found.scores, found.groups, cell=max(size) / self.cells
        )


def photo_with(*boxes):
    image = np.full((*SIZE, 3), 90, np.uint8)
    for (left, top, right, bottom), colour in zip(boxes, (BLUE, RED), strict=False):
        image[top:bottom, left:right] = colour
    return image


def found_in(image, side=SIDE):
    return Propose(Near(), side)(Edit(image)).candidates


@given(st.integers(1, 300), st.integers(1, 300), st.integers(32, 200))
def test_tiles_cover_the_photo_and_none_leaves_it(height, width, side):
    covered = np.zeros((height, width), int)
    for part in tiles.over((height, width), side):
        left, top, right, bottom = part.box
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        covered[top:bottom, left:right] += 1
    assert covered.min() >= 1


@given(st.integers(100, 400), st.integers(32, 90), st.integers(0, 400))
def test_what_is_not_longer_than_a_quarter_of_a_tile_is_whole_in_one(length, side, place):
    long = side // 4
    first = min(place, length - long)
    parts = tiles.over((side, length), side)
    assert any(part.box[0] <= first and first + long <= part.box[2] for part in parts)


@given(st.integers(0, 220), st.integers(0, 140))
def test_a_small_object_is_found_once_wherever_it_is(left, top):
    image = photo_with((left, top, left + 12, top + 10))
    assert not len(Near().predict(image, None))
    found = found_in(image)
    assert len(found) == 1
    assert np.array_equal(found[0], np.all(image == BLUE, axis=2))


def test_a_union_of_tiles_finds_what_one_tile_finds():
    image = photo_with((10, 10, 22, 20), (200, 130, 214, 140))
    alone = [part.back(Near().predict(part.cut(image), None)) for part in tiles.over(SIZE, SIDE)]
    found = found_in(image)
    assert len(found) == 2
    for one in alone:
        for cutout in one.cutouts:
            assert max(cutout.overlap(other) for other in found.cutouts) == 1


def test_a_large_object_is_taken_from_the_whole_photo_and_not_in_pieces():
    image = photo_with((20, 20, 220, 140), (2, 2, 12, 12))
    found = found_in(image)
    assert len(found) == 2
    assert sorted(found.areas.tolist()) == [100, 200 * 120]


def test_a_mask_that_ends_with_its_tile_gives_way_to_one_that_does_not():
    mask = np.zeros(SIZE, bool)
    mask[30:60, 60:100] = True
    nothing = Candidates.of([], SIZE)
    left, right = Part((0, 0, 80, 80), SIZE), Part((50, 0, 130, 80), SIZE)
    piece = mask.copy()
    piece[:, 80:] = False
    pieces = Candidates.of([piece], SIZE, [0.9]), Candidates.of([mask], SIZE, [0.5])
    merged = tiles.merge(nothing, [(left, pieces[0]), (right, pieces[1])])
    assert len(merged) == 1
    assert np.array_equal(merged[0], mask)


def test_a_second_prompt_on_the_same_photo_looks_at_no_tile_again():
    class Counting(Near):
        looks = 0

        def encode(self, image, /):
            self.looks += 1
            return image

    near, image = Counting(), photo_with((10, 10, 22, 20))
    first = Propose(near, SIDE)(Edit(image)).candidates
    looks = near.looks
    assert looks == 1 + len(tiles.over(SIZE, SIDE))
    second = Propose(near, SIDE)(Edit(image.copy())).candidates
    assert near.looks == looks
    assert np.array_equal(first[0], second[0])


def test_nested_objects_both_stay():
    outer, inner = np.zeros((2, *SIZE), bool)
    outer[10:70, 10:70], inner[20:32, 20:32] = True, True
    part = Part((0, 0, 80, 80), SIZE)
    both = Candidates.of([outer, inner], SIZE, None, [0, 1])
    assert len(tiles.merge(Candidates.of([], SIZE), [(part, both)])) == 2


def test_merged_objects_are_groups_of_their_own_best_first():
    image = photo_with((10, 10, 22, 20), (200, 130, 214, 140))
    found = found_in(image)
    assert found.groups.tolist() == [0, 1]
    assert (np.diff(found.scores) <= 0).all()


def test_auto_takes_tiles_only_where_the_network_saw_too_little():
    fine, coarse = (Candidates((600, 900), (), np.zeros(0, np.float32), cell=cell)
                    for cell in (4.0, 40.0))  # fmt: skip
    assert tiles.side(fine) is None
    assert tiles.side(coarse) == 90
    assert tiles.side(Candidates.of([], (600, 900))) is None


def test_a_huge_photo_is_not_cut_into_thousands_of_tiles():
    huge = Candidates((20_000, 30_000), (), np.zeros(0, np.float32), cell=400.0)
    assert len(tiles.over(huge.size, tiles.side(huge))) < 300


class Blueish:
    """Scores a mask by how blue it is."""

    threshold = 0.5

    def rank(self, image, found, _, /):
        return found.scored([float(np.all(image[mask] == BLUE, axis=1).mean()) for mask in found])


def named(image, **options):
    return Segment(Near(), ranker=Blueish(), fallback=(), **options)(Edit(image, Text("blue")))


def test_words_look_into_tiles_only_if_the_whole_photo_shows_nothing():
    large = named(photo_with((20, 20, 220, 140)))
    assert large.notices == ()
    small = named(photo_with((100, 50, 108, 56), (2, 2, 60, 60)))
    assert small.candidates.areas.tolist() == [48]
    (notice,) = small.notices
    assert notice.code == "W_FALLBACK"
    assert notice.text.endswith("tiles of 80 pixels show it")


def test_words_that_tiles_do_not_show_either_are_told_so():
    with pytest.raises(NoObjectError, match=r"in tiles of 80 pixels the best of 1 scores 0"):
        named(photo_with((0, 0, 1, 1), (100, 50, 150, 90)))


def test_everything_takes_tiles_if_asked_to():
    image = photo_with((100, 50, 108, 56), (2, 2, 60, 60))
    for options, count in (({}, 1), ({"tiles": "auto"}, 2), ({"tiles": 64}, 2)):
        edit = Segment(Near(), fallback=(), **options)(Edit(image, Everything()))
        assert len(edit.candidates) == count
        assert edit.notices == ()


def test_everything_takes_tiles_by_itself_where_the_whole_photo_shows_nothing():
    edit = Segment(Near(), fallback=())(Edit(photo_with((100, 50, 108, 56)), Everything()))
    assert len(edit.candidates) == 1
    (notice,) = edit.notices
    assert notice.text == "Near found no object in the whole photo; Near in tiles did"


@pytest.mark.parametrize("wrong", [0, -64, "small", 1.5])
def test_tiles_are_auto_or_a_number_of_pixels(wrong):
    with pytest.raises(SpecError, match="tiles must be"):
        Propose("grabcut", wrong)


def test_thousands_of_masks_are_merged_in_seconds():
    size, places = (1000, 1000), np.arange(0, 980, 18)
    square = np.ones((12, 12), bool)
    masks = tuple(Cutout.of(square, at=(x, y)) for x in places for y in places)
    found = Candidates(size, masks, np.ones(len(masks), np.float32), cell=4.0)
    begun = process_time()
    merged = tiles.merge(Candidates.of([], size), [(Part((0, 0, 1000, 1000), size), found)])
    assert len(merged) == len(masks) > 3000
    assert process_time() - begun < 4  # to compare each with each took 8 s
