"""The journal gives back what it was told."""

import shutil
from contextlib import closing, suppress

import pytest
from filled_journals import PART
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_crew import item

from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.journals.tables import read, stored
from fastseg_edit.batching.workers.messages import Made

NAMES = st.text(min_size=1) | st.binary(min_size=1).map(
    lambda name: name.decode("utf-8", "surrogateescape")
)
"""What files may be called: any bytes. What documents may say: any text, lone surrogates too."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "journal.sqlite"


@given(st.lists(st.one_of(NAMES, st.integers(-(2**63), 2**63 - 1), st.none())))
def test_values_come_back_as_they_were(values):
    assert read(stored(values)) == tuple(values)


@settings(max_examples=30)
@given(st.lists(NAMES, min_size=2, max_size=6, unique=True))
def test_names_of_any_bytes_come_back_and_none_is_taken_for_another(tmp_path_factory, names):
    with closing(Journal(tmp_path_factory.mktemp("out") / "journal.sqlite")) as journal:
        run = journal.begin({"origin": names[0]})
        items = [item(number, name) for number, name in enumerate(names)]
        journal.enlist(items, run)
        for one in items[1:]:
            attempt = journal.begun(one, run)
            made = Made(attempt, "done", "k", (PART._replace(name=one.output),), {"is": one.photo})
            journal.writing(made)
            journal.ended(made, 1, {one.output: None})
        seen = list(journal.items())
        assert [listed.photo for listed, _ in seen] == names
        assert [tried and tried.facts["is"] for _, tried in seen] == [None, *names[1:]]
        assert [journal.owns(name) for name in names] == [False] + [True] * (len(names) - 1)
        for _, tried in seen[1:]:
            assert [each.name for each in journal.outputs(tried.attempt)] == [tried.facts["is"]]


def test_items_come_in_order_with_the_last_attempt(path):
    with closing(Journal(path)) as journal:
        run = journal.begin({})
        journal.enlist(map(item, (2, 0, 1)), run)
        first = journal.begun(item(1), run)
        journal.ended(Made(first, "failed", error=("E_MEMORY", "no room", "hint")), 2.0, {})
        second = journal.begun(item(1), run)
        seen = list(journal.items())
        assert [(listed.number, tried and tried.attempt) for listed, tried in seen] == [
            (0, None), (1, second), (2, None)
        ]  # fmt: skip
        assert journal.counts() == {"waiting": 2, "begun": 1}


def test_items_of_earlier_runs_are_not_those_of_the_last(path):
    with closing(Journal(path)) as journal:
        journal.enlist([item(0), item(1)], journal.begin({}))
        journal.enlist([item(1)], journal.begin({}))
        assert [listed.number for listed, _ in journal.items()] == [1]
        assert [listed.number for listed, _ in journal.items(1)] == [0]


def test_a_row_that_is_about_to_be_published_is_on_the_disk_and_others_need_not_be(path):
    with closing(Journal(path)) as journal:
        seen = []
        journal.base._base.set_trace_callback(seen.append)
        journal.writing(Made(journal.begun(item(0), 1), "done", "k", (PART,)))
        commands = [
            each for each in seen if each.startswith(("PRAGMA sync", "COMMIT", "UPDATE at"))
        ]
        assert commands == [
            "COMMIT", "PRAGMA synchronous = FULL",
            next(each for each in commands if each.startswith("UPDATE")),
            "COMMIT", "PRAGMA synchronous = NORMAL",
        ]  # fmt: skip


def test_what_was_not_written_together_is_not_there(path):
    with closing(Journal(path)) as journal, suppress(KeyboardInterrupt), journal.together():
        journal.hashed("a", "b", "c")
        raise KeyboardInterrupt
    with closing(Journal(path, readonly=True)) as journal:
        assert journal.hash_of("a", "b") is None


def test_a_reader_sees_the_journal_of_a_run_that_is_under_way(path):
    with closing(Journal(path)) as writer:
        writer.enlist([item(0)], writer.begin({}))
        with closing(Journal(path, readonly=True)) as reader:
            assert reader.counts() == {"waiting": 1}
            writer.begun(item(0), 1)
            assert reader.counts() == {"begun": 1}


def test_the_log_of_a_journal_that_is_gone_does_no_harm(path):
    with closing(Journal(path)) as journal:
        journal.begin({})
        shutil.copy(f"{path}-wal", path.with_name("log"))
    path.unlink()
    shutil.copy(path.with_name("log"), f"{path}-wal")
    with closing(Journal(path)) as journal:
        assert list(journal.rows("SELECT * FROM runs")) == []
