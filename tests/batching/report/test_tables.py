"""A job as tables."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reported_jobs import facts

from fastseg_edit.batching.report import tables
from fastseg_edit.batching.report.entries import Entry
from fastseg_edit.batching.report.ranking import worst_first
from fastseg_edit.batching.report.totals import totals


def entries(*names, **changed):
    return [
        Entry(number, name, name, "remove", name, number, "done", facts=facts(**changed))
        for number, name in enumerate(names)
    ]


def read(stored):
    return list(csv.DictReader(io.StringIO(stored.decode(), newline="")))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True))
def test_every_item_has_one_row_and_no_text_is_a_formula(names):
    found = read(tables.as_csv(worst_first(entries(*names))))
    assert len(found) == len(names)
    assert not any(row["photo"].lstrip()[:1] in {*tables.FORMULAS} for row in found)
    assert [row["photo"].removeprefix("'") for row in found] == [n.removeprefix("'") for n in names]


@pytest.mark.parametrize(
    "name",
    ["=1+1.jpg", "+1.jpg", "-1.jpg", "@a.jpg", "\t=1.jpg", "\n=1", " =1", "\0=1", "\uff1d1.jpg"],
)
def test_what_looks_like_a_formula_gets_an_apostrophe(name):
    assert read(tables.as_csv(worst_first(entries(name))))[0]["photo"] == f"'{name}"


def test_numbers_below_zero_stay_numbers():
    assert read(tables.as_csv(worst_first(entries("a.jpg", margin=-0.25))))[0]["margin"] == "-0.25"


def test_both_tables_say_the_same():
    ranked = worst_first(entries("a.jpg", "b.jpg", warnings=[{"code": "W_MEMORY", "text": "x"}]))
    document = json.loads(tables.as_json(ranked, totals(one.entry for one in ranked), {"run": 1}))
    assert document["items"] == len(document["list"]) == 2
    assert [row["id"] for row in read(tables.as_csv(ranked))] == [
        row["id"] for row in document["list"]
    ]
    assert document["list"][0]["warnings"] == ["W_MEMORY"]
    assert document["list"][0]["seconds"] == 0.85
