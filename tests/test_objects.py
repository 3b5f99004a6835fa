"""The objects of a selection agree with its mask."""

import numpy as np
from drawn import shapes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit import Candidates, Edit, objects
from fastseg_edit.stages import Dilate, DropSpecks, Erode, FillHoles, Invert, Select, Smooth, Widen

STAGES = (Dilate(1), Erode(1), FillHoles("50%"), DropSpecks(2), Smooth(1), Widen("box"), Invert())


@st.composite
def selections(draw):
    """Between one and four objects, and a mask of the same size."""
    size = draw(shapes)
    masks = draw(st.lists(arrays(bool, size), min_size=1, max_size=4))
    return Candidates.of(masks, size, groups=range(len(masks))), draw(arrays(bool, size))


@given(selections())
def test_the_objects_are_together_exactly_the_mask(selection):
    chosen, mask = selection
    divided = objects.divide(chosen, mask)
    assert np.array_equal(objects.joined(divided), mask)
    assert (divided.areas > 0).all()


@given(selections())
def test_an_object_keeps_what_is_left_of_it(selection):
    chosen, mask = selection
    divided = objects.divide(chosen, mask)
    if not (objects.joined(chosen) & mask).any():
        assert len(divided) == mask.any()
        return
    kept = {int(group): divided[n] for n, group in enumerate(divided.groups)}
    for number, before in enumerate(chosen):
        left = before & mask
        assert (number in kept) == left.any()
        if left.any():
            more = kept[number] & ~left
            assert not (more & objects.joined(chosen)).any()
            assert not (left & ~kept[number]).any()


@given(selections(), st.lists(st.sampled_from(STAGES), max_size=3))
def test_they_agree_after_any_stages(selection, stages):
    found, _ = selection
    if not objects.joined(found).any():
        return
    edit = Select()(Edit(np.zeros((*found.size, 3), np.uint8), candidates=found))
    for stage in stages:
        edit = stage(edit)
        divided = objects.divide(edit.chosen, edit.mask)
        assert np.array_equal(objects.joined(divided), edit.mask)


@given(selections())
def test_the_label_map_gives_each_pixel_to_its_smallest_object(selection):
    found, _ = selection
    owners = objects.label_map(found)
    assert np.array_equal(owners > 0, objects.joined(found))
    for y, x in np.argwhere(owners):
        holding = [cutout.area for cutout in found.cutouts if cutout.holds(x, y)]
        assert found.cutouts[owners[y, x] - 1].holds(x, y)
        assert found.areas[owners[y, x] - 1] == min(holding)


def test_what_a_stage_adds_goes_to_the_nearest_object():
    masks = np.zeros((2, 9, 20), bool)
    masks[0, 4, 3], masks[1, 4, 14] = True, True
    found = Candidates.of(masks, (9, 20), [0.9, 0.4], [0, 1])
    edit = Select()(Edit(np.zeros((9, 20, 3), np.uint8), candidates=found))
    grown = Dilate(3, least=0)(edit)
    left, right = objects.divide(grown.chosen, grown.mask)
    assert left.sum() == right.sum() == grown.mask.sum() / 2
    assert left[:, :9].sum() == left.sum()


def test_a_small_object_beside_a_large_one_is_no_speck():
    masks = np.zeros((2, 40, 90), bool)
    masks[0, :, :60], masks[1, 10:12, 80:82] = True, True
    masks[0, 5:7, 5:7] = False
    found = Candidates.of(masks, (40, 90), groups=[0, 1])
    edit = Select()(Edit(np.zeros((40, 90, 3), np.uint8), candidates=found))
    tidy = DropSpecks(5)(FillHoles(5)(edit))
    assert tidy.chosen.areas.tolist() == [40 * 60, 4]
    assert tidy.mask.sum() == 40 * 60 + 4


def test_the_background_is_one_object():
    masks = np.zeros((2, 6, 6), bool)
    masks[0, 0], masks[1, 3] = True, True
    found = Candidates.of(masks, (6, 6), groups=[0, 1])
    edit = Invert()(Select()(Edit(np.zeros((6, 6, 3), np.uint8), candidates=found)))
    (background,) = objects.divide(edit.chosen, edit.mask)
    assert np.array_equal(background, ~masks.any(axis=0))
