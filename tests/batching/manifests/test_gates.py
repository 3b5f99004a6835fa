"""An item passes exactly if every number of its mask lies within its bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit import Edit
from fastseg_edit.batching.manifests import gates
from fastseg_edit.batching.manifests.gates import ANY, NAMES, Bounds, Gates
from fastseg_edit.errors import SpecError
from fastseg_edit.quality import Quality

PHOTO = np.zeros((10, 10, 3), np.uint8)
numbers = st.floats(0, 1).map(lambda number: round(number, 2))
limits = st.none() | numbers
bounds = st.builds(Bounds, limits, limits)


def quality(score, margin, border):
    return Quality("", score, margin, (0, 0, 1, 1), 1, 0.01, border)


@given(
    st.fixed_dictionaries(dict.fromkeys(NAMES, bounds)),
    st.integers(0, 100),
    st.lists(st.builds(quality, numbers, st.none() | numbers, numbers), max_size=3),
)
def test_a_mask_passes_exactly_if_every_number_lies_within_its_bounds(wanted, pixels, found):
    mask = (np.arange(100) < pixels).reshape(10, 10)
    known = {
        "coverage": [pixels / 100],
        "count": [len(found)],
        "score": [one.score for one in found],
        "margin": [one.margin for one in found if one.margin is not None],
        "border": [one.border for one in found],
    }
    within = all(
        (least is None or value >= least) and (most is None or value <= most)
        for name, (least, most) in wanted.items()
        for value in known[name]
    )
    assert (Gates(**wanted).missed(Edit(PHOTO, mask=mask), found) == "") == within


def test_what_is_missed_is_told_with_the_number_and_the_bound():
    gates_ = Gates(coverage=Bounds(most=0.4), count=Bounds(least=2), score=Bounds(least=0.5))
    mask = np.ones((10, 10), bool)
    assert gates_.missed(Edit(PHOTO, mask=mask), [quality(float("nan"), None, 0)]) == (
        "coverage is 1, and may be at most 0.4; count is 1, and must be at least 2; "
        "score is nan, and must be at least 0.5"
    )


@given(st.dictionaries(st.sampled_from(NAMES), bounds.filter(lambda pair: pair != ANY)))
def test_comparisons_say_what_bounds_say(wanted):
    texts = [
        f"{name}{sign}{number:g}"
        for name, pair in wanted.items()
        for sign, number in zip((">=", "<="), pair, strict=True)
        if number is not None
    ]
    said = gates.parse(texts)
    assert {name: Bounds(each.get("min"), each.get("max")) for name, each in said.items()} == wanted


def test_shares_may_be_percent_and_something_else_may_become_of_the_item():
    assert gates.parse([" coverage <= 40% "], "copy") == {
        "coverage": {"max": "40%"},
        "otherwise": "copy",
    }
    assert gates.parse([]) == {}


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (["coverage"], "a gate is such as 'coverage<=40%' or 'count>=1', got 'coverage'"),
        (["coverage=40%"], "a gate is such as"),
        (["coverage<=."], "a gate is such as"),
        (["coverage<=nan"], "a gate is such as"),
        (["covrage<=0.4"], "no gate looks at 'covrage'. Did you mean 'coverage'?"),
        (["count<=3", "count<=4"], "two gates say count<="),
    ],
)
def test_what_is_no_comparison_is_refused_in_one_line(texts, reason):
    with pytest.raises(SpecError) as raised:
        gates.parse(texts)
    assert raised.value.code == "E_SPEC"
    assert reason in str(raised.value)
