"""What is remembered is bounded, and found again once it is forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.batching.manifests.lately import Lately


@given(st.lists(st.integers(0, 9)), st.integers(1, 5))
def test_the_ones_asked_for_last_are_remembered(keys, most):
    lately, found = Lately[int](most), []
    for number, key in enumerate(keys):
        last = [*dict.fromkeys(reversed(keys[:number]))][:most]
        before = len(found)
        assert lately.get(key, lambda key=key: found.append(key) or -key) == -key
        assert (len(found) == before) == (key in last)
