import pickle

import numpy as np
import pytest
from drawn import masks, shapes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit import Candidates
from fastseg_edit.cutouts import Cutout


@given(masks)
def test_a_mask_comes_back_as_it_was_stored(mask):
    found = Candidates.of([mask, ~mask], mask.shape)
    assert np.array_equal(found[0], mask)
    assert np.array_equal(found[1], ~mask)
    assert found.areas.tolist() == [mask.sum(), (~mask).sum()]


@given(masks)
def test_a_part_of_a_mask_lands_where_it_was(mask):
    whole = np.zeros((60, 60), bool)
    whole[7 : 7 + mask.shape[0], 5 : 5 + mask.shape[1]] = mask
    found = Candidates(whole.shape, (Cutout.of(mask, at=(5, 7)),), np.ones(1, np.float32))
    assert np.array_equal(found[0], whole)


@given(masks)
def test_union_is_the_union(mask):
    found = Candidates.of([mask, mask[::-1]], mask.shape)
    assert np.array_equal(found.union([0, 1]), mask | mask[::-1])


def test_taking_some_keeps_scores_and_groups():
    found = Candidates.of([np.eye(4, dtype=bool)] * 3, (4, 4), [0.1, 0.2, 0.3], [0, 1, 2])
    taken = found.take([2, 0])
    assert taken.scores.tolist() == pytest.approx([0.3, 0.1])
    assert taken.groups.tolist() == [2, 0]


def test_unequal_numbers_are_refused():
    with pytest.raises(ValueError, match="1 masks, 2 scores"):
        Candidates.of([np.eye(4, dtype=bool)], (4, 4), [1, 2])


def test_two_hundred_masks_on_fifty_megapixels_are_small():
    random = np.random.default_rng(0)
    size = (5776, 8664)
    rows, columns = np.ogrid[: size[0], : size[1]]

    def blob():
        y, x = random.integers(0, size[0]), random.integers(0, size[1])
        radius = random.integers(200, 2500)
        part = np.s_[max(y - radius, 0) : y + radius, max(x - radius, 0) : x + radius]
        inside = (rows[part[0]] - y) ** 2 + (columns[:, part[1]] - x) ** 2 < radius**2
        return Cutout.of(inside, at=(part[1].start, part[0].start))

    cutouts = tuple(blob() for _ in range(200))
    stored = len(pickle.dumps(Candidates(size, cutouts, np.ones(200, np.float32))))
    assert stored < 300e6, f"{stored / 1e6:.1f} MB"


@given(shapes.flatmap(lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))))
def test_the_overlap_of_two_cutouts_is_that_of_their_masks(pair):
    one, other = (Cutout.of(mask) for mask in pair)
    either = (pair[0] | pair[1]).sum()
    assert one.overlap(other) == other.overlap(one)
    assert one.overlap(other) == ((pair[0] & pair[1]).sum() / either if either else 0)
