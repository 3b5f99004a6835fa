import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.ops.likeness import covered, likeness


def vectors(seed, count, length=5):
    drawn = np.random.default_rng(seed).normal(size=(count, length)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def objects():
    return st.builds(vectors, st.integers(0, 10**6), st.integers(1, 9))


@given(objects(), objects())
def test_it_does_not_matter_which_object_is_compared_with_which(one, other):
    assert likeness(one, other) == pytest.approx(likeness(other, one), abs=1e-6)


@given(objects(), objects())
def test_nothing_is_more_like_an_object_than_itself(one, other):
    assert likeness(one, other) <= likeness(one, one) + 1e-6
    assert likeness(one, one) == pytest.approx(1, abs=1e-5)


@given(objects(), st.randoms())
def test_the_order_of_the_cells_does_not_matter(one, random):
    turned = one[random.sample(range(len(one)), len(one))]
    assert likeness(one, turned) == pytest.approx(1, abs=1e-5)


def test_a_part_alone_is_less_like_an_object_than_the_whole():
    red, blue = np.eye(2, dtype=np.float32)
    flag = np.stack([red, blue])
    assert likeness(flag, flag) > likeness(flag, red[None])


def test_cells_count_that_an_object_covers_by_half_or_more():
    seen = np.arange(6, dtype=np.float32).reshape(2, 3, 1)
    share = np.array([[0, 0.5, 0.49], [1, 0.1, 0.9]])
    assert covered(seen, share).ravel().tolist() == [1, 3, 5]


def test_an_object_smaller_than_a_cell_has_the_cell_that_it_covers_most():
    seen = np.arange(4, dtype=np.float32).reshape(2, 2, 1)
    assert covered(seen, np.array([[0, 0.1], [0.2, 0]])).ravel().tolist() == [2]


def test_nothing_has_no_cells():
    assert covered(np.ones((2, 2, 3), np.float32), np.zeros((2, 2))).shape == (0, 3)


def test_of_a_large_object_cells_from_all_of_it_are_compared():
    seen = np.arange(10_000, dtype=np.float32).reshape(100, 100, 1)
    chosen = covered(seen, np.ones((100, 100))).ravel()
    assert chosen[0] == 0
    assert chosen[-1] == 9999
    assert len(chosen) == 256
