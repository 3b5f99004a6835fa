"""Masks on the network's own grid."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit.backends.sam.found import Found, distinct, stability

grids = arrays(np.float32, (4, 5), elements=st.floats(-4, 4, width=16))


def _overlap(one, other):
    union = np.count_nonzero((one > 0) | (other > 0))
    return np.count_nonzero((one > 0) & (other > 0)) / union if union else 0


@given(st.lists(st.tuples(grids, st.floats(0, 1)), max_size=6), st.floats(0.1, 1))
def test_what_is_kept_differs_and_comes_best_first(pairs, same):
    found = [Found(logits, belief) for logits, belief in pairs]
    kept = distinct(found, same)
    assert [one.belief for one in kept] == sorted((one.belief for one in kept), reverse=True)
    for number, one in enumerate(kept):
        assert all(_overlap(one.logits, other.logits) < same for other in kept[:number])
    for one in found:
        if not any(one is other for other in kept):
            assert any(
                _overlap(one.logits, other.logits) >= same and other.belief >= one.belief
                for other in kept
            )


@given(grids)
def test_stability_is_a_share_and_full_for_a_sure_mask(grid):
    assert 0 <= stability(grid) <= 1
    assert stability(np.where(grid > 0, 9, -9)) == (1 if (grid > 0).any() else 0)
