"""Training, validation and test never see one scene."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.world import Split

indices = st.integers(0, 2**60)


@given(indices, indices)
def test_seeds_of_two_splits_never_meet(one, other):
    seeds = {split.seed(index) for split in Split for index in (one, other)}
    assert len(seeds) == 3 * len({one, other})


@given(indices)
def test_a_seed_tells_its_split(index):
    for split in Split:
        assert Split.of(split.seed(index)) is split


@given(st.integers(0, 2**60))
def test_every_seed_belongs_to_a_split(seed):
    assert Split.of(seed).seed(seed // 3) == seed


def test_scenes_are_counted_from_zero():
    with pytest.raises(ValueError, match="at least 0, got -1"):
        Split.TRAIN.seed(-1)
