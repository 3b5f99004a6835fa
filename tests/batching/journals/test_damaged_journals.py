"""A journal that cannot be used is refused in one line, and left as it is."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress

import pytest
from filled_journals import filled
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_crew import item

from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.journals.tables import FORM
from fastseg_edit.errors import FastsegError, OutputError

NAMES = st.text(min_size=1) | st.binary(min_size=1).map(
    lambda name: name.decode("utf-8", "surrogateescape")
)
"""What files may be called: any bytes. What documents may say: any text, lone surrogates too."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "journal.sqlite"


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


def test_facts_that_are_no_json_any_more_are_damage(path):
    with closing(Journal(filled(path))) as journal:
        journal.base.do("UPDATE attempts SET facts = '{\"a'")
    assert refusal(path).code == "E_JOURNAL"


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
from filled_journals import PART, filled
from scripted_crew import item
from fastseg_edit.batching.journals.journal import Journal
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
