"""Which item wants to be looked at first."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reported_jobs import facts

from fastseg_edit.batching.report.entries import Entry
from fastseg_edit.batching.report.ranking import TIERS, concerns, worst_first
from fastseg_edit.batching.report.totals import STATES

shares = st.none() | st.floats(0, 1)
warnings = st.lists(
    st.sampled_from(["W_DOUBTFUL", "W_GATE", "W_MEMORY"]).map(
        lambda code: {"code": code, "text": f"because of {code}"}
    ),
    max_size=3,
)


@st.composite
def jobs(draw):
    known = st.fixed_dictionaries(
        {"coverage": shares, "score": shares, "margin": shares, "border": shares}
        | {"warnings": warnings}
    )
    found = st.lists(st.tuples(st.sampled_from(STATES), st.just({}) | known), max_size=12)
    return [
        Entry(number, f"i{number}", "a.jpg", "remove", "a.jpg", number, state, facts=noted)
        for number, (state, noted) in enumerate(draw(found))
    ]


@given(jobs(), st.randoms())
def test_the_order_is_total_and_depends_on_nothing_but_the_items(entries, chance):
    shuffled = random.Random(chance.random()).sample(entries, len(entries))
    assert worst_first(shuffled) == worst_first(entries)


@given(jobs())
def test_every_item_appears_once_with_a_reason(entries):
    found = worst_first(entries)
    assert sorted(one.entry.number for one in found) == [one.number for one in entries]
    assert all(one.why and one.tier in TIERS for one in found)


@given(jobs())
def test_failed_items_come_before_all_others(entries):
    failed = [one.entry.state == "failed" for one in worst_first(entries)]
    assert failed == sorted(failed, reverse=True)


@given(jobs())
def test_concerns_of_one_item_stand_worst_first(entries):
    for entry in entries:
        tiers = [TIERS.index(one.tier) for one in concerns(entry)]
        assert tiers == sorted(tiers)


def done(number=0, operation="remove", **changed):
    return Entry(
        number, str(number), "a.jpg", operation, "a.jpg", 1, "done", facts=facts(**changed)
    )


@pytest.mark.parametrize(
    ("changed", "tier", "words"),
    [
        ({"warnings": [{"code": "W_DOUBTFUL", "text": "blurred"}]}, "warning", "blurred"),
        (
            {"warnings": [{"code": "W_GATE", "text": "too large"}]},
            "gate",
            "copied because of a gate",
        ),
        ({"coverage": 0.6}, "large", "60% of the photo"),
        ({"score": 0.31}, "score", "the score is low: 0.31"),
        ({"margin": 0.01}, "margin", "the margin is 0.010"),
        ({"coverage": 0.0004}, "tiny", "0.040% of the photo"),
        ({"border": 0.25}, "border", "touches the border"),
        ({}, "fine", "nothing to remark"),
    ],
)
def test_the_reason_is_said_in_words(changed, tier, words):
    (found,) = worst_first([done(**changed)])
    assert found.tier == tier
    assert words in found.why


def test_a_copy_in_which_nothing_was_found_says_so():
    entry = Entry(0, "a", "a.jpg", "remove", "a.jpg", 1, "unchanged", facts=facts(count=0))
    assert worst_first([entry])[0].why == "nothing found: copied as it was"


def test_of_two_large_masks_the_larger_one_comes_first():
    found = worst_first([done(0, coverage=0.5), done(1, coverage=0.7)])
    assert [one.entry.number for one in found] == [1, 0]


def test_new_ground_beside_a_photo_is_meant_to_be_large():
    assert worst_first([done(operation="outpaint", coverage=0.6, border=0.5)])[0].tier == "fine"


def test_what_a_gate_left_out_comes_before_what_was_there_already():
    gated = Entry(0, "a", "a.jpg", "remove", "a.jpg", 1, "skipped", "E_GATE", "coverage is 0.9")
    there = Entry(1, "b", "b.jpg", "remove", "b.jpg", 1, "skipped", "E_OUTPUT_EXISTS", "is there")
    fine = done(2)
    assert [one.entry.id for one in worst_first([there, fine, gated])] == ["a", "2", "b"]
