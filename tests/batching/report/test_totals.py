"""What came of a job as a whole."""

import json

from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.batching.report.entries import Entry
from fastseg_edit.batching.report.totals import STATES, Spent, totals

times = st.lists(st.floats(0, 100), min_size=1, max_size=30)


def entry(number, state, code="", **facts):
    return Entry(number, str(number), "a.jpg", "remove", "a.jpg", 1, state, code, facts=facts)


@given(st.lists(st.sampled_from(STATES), max_size=30))
def test_states_add_up_to_the_items(states):
    found = totals(entry(*each) for each in enumerate(states))
    assert sum(found.states.values()) == found.items == len(states)


@given(times)
def test_seconds_are_summed_up_over_items(seconds):
    found = totals(entry(n, "done", seconds={"paint": each}) for n, each in enumerate(seconds))
    spent = found.stages["paint"]
    assert abs(spent.total - sum(seconds)) < 1e-6
    assert min(seconds) <= spent.median <= spent.p95 <= max(seconds)


def test_the_95th_percentile_is_that_of_the_nearest_rank():
    assert Spent.of([float(each) for each in range(1, 101)]).p95 == 95


def test_a_code_counts_once_for_each_item():
    twice = [{"code": "W_MEMORY", "text": "a"}, {"code": "W_MEMORY", "text": "b"}]
    found = totals([entry(0, "done", warnings=twice), entry(1, "failed", "E_INPUT_EMPTY")])
    assert (found.warnings, found.errors) == ({"W_MEMORY": 1}, {"E_INPUT_EMPTY": 1})


def test_totals_are_values_for_json():
    found = totals([entry(0, "done", seconds={"read": 0.25})])
    assert json.loads(json.dumps(found.document()))["stages"]["read"]["total"] == 0.25
