"""The journal gives back what it was told, and says what is wrong with its file."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_crew import item

from fastseg_edit.batching.journal import Journal
from fastseg_edit.batching.messages import Made, Part
from fastseg_edit.batching.tables import FORM, read, stored
from fastseg_edit.errors import FastsegError, OutputError

NAMES = st.text(min_size=1) | st.binary(min_size=1).map(
    lambda name: name.decode("utf-8", "surrogateescape")
)
"""What files may be called: any bytes. What documents may say: any text, lone surrogates too."""

PART = Part("a.png", ".fastseg-edit/parts/1/1.0", "5" * 64, 7)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "journal.sqlite"


def filled(path, items=3):
    """Make a journal with some items, each done but the last, which never ended."""
    with closing(Journal(path)) as journal:
        run = journal.begin({"origin": "a job"})
        journal.enlist(map(item, range(items)), run)
        for number in range(items):
            attempt = journal.begun(item(number), run)
            made = Made(attempt, "done", f"key {number}", (PART._replace(name=f"{number}.png"),))
            journal.writing(made)
            if number < items - 1:
                journal.ended(made, 1.5, {f"{number}.png": "7:1:1:1"})
    return path


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


def test_facts_that_are_no_json_any_more_are_damage(path):
    with closing(Journal(filled(path))) as journal:
        journal.base.do("UPDATE attempts SET facts = '{\"a'")
    assert refusal(path).code == "E_JOURNAL"


def test_the_log_of_a_journal_that_is_gone_does_no_harm(path):
    with closing(Journal(path)) as journal:
        journal.begin({})
        shutil.copy(f"{path}-wal", path.with_name("log"))
    path.unlink()
    shutil.copy(path.with_name("log"), f"{path}-wal")
    with closing(Journal(path)) as journal:
        assert list(journal.rows("SELECT * FROM runs")) == []


def refusal(path, readonly=False):
    with pytest.raises(FastsegError) as raised, closing(Journal(path, readonly)) as journal:
        list(journal.items())
    assert "\n" not in str(raised.value)
    assert str(path) in raised.value.message
    return raised.value


DAMAGES = {
    "garbage": lambda path: path.write_bytes(b"no journal at all " * 999),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:9000]),
    "overwritten": lambda path: path.write_bytes(
        path.read_bytes()[:5000] + b"\x5a" * 9000 + path.read_bytes()[14000:]
    ),
    "a head only": lambda path: path.write_bytes(path.read_bytes()[:50]),
    "text": lambda path: path.write_text('{"id": "a"}\n' * 3),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_journal_is_refused_and_left_as_it_is(path, damage):
    damage(filled(path))
    before = path.read_bytes()
    error = refusal(path)
    assert error.code == "E_JOURNAL"
    assert "move it away" in error.hint
    assert path.read_bytes() == before


@settings(max_examples=25)
@given(st.data())
def test_whatever_bytes_a_journal_holds_are_read_or_refused(tmp_path_factory, data):
    path = filled(tmp_path_factory.mktemp("out") / "journal.sqlite")
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 300))] = data.draw(st.binary(max_size=99))
    path.write_bytes(content)
    for readonly in (True, False):
        with suppress(FastsegError), closing(Journal(path, readonly)) as journal:
            list(journal.items())
            journal.counts()


def test_a_journal_of_another_form_is_refused(path):
    with closing(sqlite3.connect(filled(path))) as base:
        base.execute(f"PRAGMA user_version = {FORM + 1}")
    assert f"form {FORM + 1}" in refusal(path).message
    assert f"form {FORM + 1}" in refusal(path, readonly=True).message


def test_the_file_of_another_program_is_refused_and_left_as_it_is(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    assert "another program" in refusal(path).message
    assert path.read_bytes() == before


def test_a_journal_that_is_a_folder_is_refused(path):
    path.mkdir(parents=True)
    assert refusal(path).status == 9


def test_no_journal_can_be_made_where_no_file_can_be(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    error = refusal(tmp_path / "file" / "journal.sqlite")
    assert (error.code, error.status) == ("E_OUTPUT_WRITE", 9)


def test_looking_at_a_journal_makes_none(path):
    assert refusal(path, readonly=True).code == "E_INPUT_MISSING"
    assert not path.parent.exists()


@pytest.mark.parametrize("begun", ["", "PRAGMA journal_mode = WAL"])
def test_a_journal_that_was_only_begun_is_empty_and_can_be_written(path, begun):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as base:
        base.execute(begun)
    path.touch()
    for readonly in (True, False, True):
        with closing(Journal(path, readonly)) as journal:
            assert list(journal.items()) == []


def test_rows_of_a_run_that_was_killed_are_there_and_without_its_log_the_file_is_whole(path):
    with closing(Journal(path)) as journal:
        run = journal.begin({})
        journal.enlist([item(0)], run)
        copy = path.with_name("copy.sqlite")
        shutil.copy(path, copy)
        shutil.copy(f"{path}-wal", f"{copy}-wal")
        bare = path.with_name("bare.sqlite")
        shutil.copy(path, bare)
    with closing(Journal(copy)) as journal:
        assert journal.counts() == {"waiting": 1}
    with closing(Journal(bare)) as journal:
        assert journal.counts() == {}


def test_another_program_that_holds_the_journal_is_told_of(path):
    with closing(sqlite3.connect(filled(path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(Journal(path)) as journal:
            journal.base.do("PRAGMA busy_timeout = 1")
            with pytest.raises(OutputError) as raised:
                journal.begin({})
    assert raised.value.code == "E_BUSY"


FULL = """
import resource, sys
from pathlib import Path
from scripted_crew import item
from fastseg_edit.batching.journal import Journal
from fastseg_edit.errors import OutputError
journal = Journal(Path(sys.argv[1]))
run = journal.begin({})
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    for number in range(10_000):
        journal.begun(item(number), run)
except OutputError as error:
    print(error.code, error.status, number)
"""


def test_a_disk_that_takes_no_more_is_told_of_and_loses_no_row_before(path, pytestconfig):
    tests = pytestconfig.rootpath / "tests"
    done = subprocess.run(
        [sys.executable, "-c", FULL, path], capture_output=True, text=True, cwd=tests, check=True
    )
    code, status, number = done.stdout.split()
    assert (code, status) == ("E_OUTPUT_WRITE", "9")
    with closing(Journal(path)) as journal:
        assert list(journal.rows("PRAGMA integrity_check")) == [("ok",)]
        assert list(journal.rows("SELECT COUNT(*) FROM attempts")) == [(int(number),)]
