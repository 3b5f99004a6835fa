"""What holds for the journal of results that are not on this machine."""

import json
import uuid
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from travelled_journals import ITEMS, do, killed, made

from fastseg_edit.batching.journals import holding, logs, segments, travelling
from fastseg_edit.batching.journals.database import Database
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.storage.places import store
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.batching.workers.messages import Made
from fastseg_edit.errors import OutputError

pytest.importorskip("fsspec", reason="fsspec is not installed")


def test_the_journal_of_a_folder_lies_there(tmp_path):
    with travelling.opened(store(tmp_path)) as journal:
        assert journal.path == tmp_path / OURS / "journal.sqlite"
        assert type(journal) is Journal


def test_the_journal_of_a_url_lies_where_the_user_says_or_in_the_cache(
    place, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert travelling.folder(place).is_relative_to(tmp_path)
    assert travelling.folder(place) != travelling.folder(store("memory://other"))
    assert travelling.folder(place) == travelling.folder(store(f"{place.url}/"))
    assert travelling.folder(place, tmp_path / "here") == tmp_path / "here"


def test_another_machine_knows_what_a_run_has_done(place, tmp_path):
    with travelling.opened(place, tmp_path / "one") as journal:
        run = journal.begin({})
        journal.enlist(ITEMS, run)
        do(journal, run, ITEMS[0])
    with travelling.opened(place, tmp_path / "two") as journal:
        assert journal.last("a").state == "done"
        assert [each.name for each in journal.outputs(journal.last("a").attempt)] == ["a"]
        assert journal.last("b") is None
        assert journal.begin({}) == 2


def test_what_a_stopped_machine_was_about_to_publish_is_known_elsewhere(place, tmp_path):
    journal = travelling.Travelling(tmp_path / "one.sqlite", place, holding.Claim(place))
    run = journal.begin({})
    journal.enlist(ITEMS, run)
    do(journal, run, ITEMS[0])
    journal.writing(made(journal.begun(ITEMS[1], run), "b"))
    killed(journal, place)
    with travelling.opened(place, tmp_path / "two") as other:
        assert other.last("a").state == "done"
        assert other.last("b").state == "writing"
        assert [each.id for each in other.unpublished()] == ["b"]


def test_a_journal_that_saw_the_last_run_is_kept(place, tmp_path):
    journal = travelling.Travelling(tmp_path / "journal.sqlite", place, holding.Claim(place))
    run = journal.begin({})
    journal.enlist(ITEMS, run)
    journal.ended(Made(journal.begun(ITEMS[0], run), "skipped"), 1.0, {})  # not shipped yet
    killed(journal, place)
    with travelling.opened(place, tmp_path) as again:
        assert again.last("a").state == "skipped"


def test_a_journal_that_missed_a_run_elsewhere_is_replaced(place, tmp_path):
    for folder, item in (("one", ITEMS[0]), ("two", ITEMS[1]), ("one", ITEMS[2])):
        with travelling.opened(place, tmp_path / folder) as journal:
            run = journal.begin({})
            journal.enlist(ITEMS, run)
            do(journal, run, item)
    path = travelling.looked_at(place, tmp_path / "two")
    with closing(Journal(path, readonly=True)) as journal:
        assert [journal.last(name).state for name in "abc"] == ["done"] * 3
        assert [journal.last(name).run for name in "abc"] == [1, 2, 3]


def test_a_finished_run_leaves_one_file_and_hardly_a_log(place, tmp_path):
    with travelling.opened(place, tmp_path) as journal:
        run = journal.begin({})
        journal.enlist(ITEMS, run)
        for item in ITEMS:
            do(journal, run, item)
        assert len(logs.read(place)) > 3
    left = [name for name in place.names(OURS) if not name.startswith(logs.FOLDER)]
    assert left == [f"{OURS}/journal.sqlite"]
    assert [json.loads(line).keys() for line in logs.read(place)] == [{"form", "run"}]


def test_many_small_objects_become_few(place, monkeypatch):
    monkeypatch.setattr(logs, "MOST_PIECES", 5)
    log = logs.Log(place, "run", "first")
    for number in range(40):
        log.note(f"line {number}")
        log.ship()
    assert len(list(place.names(logs.FOLDER))) < 15
    assert set(logs.read(place)) == {"first", *(f"line {number}" for number in range(40))}


def lines_of(path):
    """Return lines as they would be shipped in the course of a run: each item many times."""
    lines = []
    with closing(Journal(path)) as journal:
        run = journal.begin({})
        journal.enlist(ITEMS, run)
        for item in (*ITEMS, ITEMS[0]):
            attempt = journal.begun(item, run)
            journal.writing(made(attempt, item.output))
            lines.append(segments.attempt_line(journal.base, attempt))
            journal.ended(made(attempt, item.output), 1.0, {item.output: "5:tag:1"})
            lines.append(segments.attempt_line(journal.base, attempt))
        last = [*journal.base.rows("SELECT * FROM outputs ORDER BY name")]
        return [segments.run_line(journal.base, run), *lines], last


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(order=st.data())
def test_lines_say_the_same_in_any_order_and_any_number_of_times(tmp_path, order):
    folder = tmp_path / uuid.uuid4().hex
    lines, outputs = lines_of(folder / "first.sqlite")
    shuffled = order.draw(st.permutations([*lines, *lines]))
    with closing(Journal(folder / "second.sqlite")) as journal:
        segments.take(journal.base, shuffled)
        assert [journal.last(name).state for name in "abc"] == ["done"] * 3
        assert journal.last("a").attempt == 4
        assert [*journal.base.rows("SELECT * FROM outputs ORDER BY name")] == outputs


def test_a_damaged_log_is_told(tmp_path):
    with closing(Database(tmp_path / "journal.sqlite")) as base:
        for text in ("{", "{}", "[]", '{"form":1}', '{"form":99,"run":[1]}'):
            with pytest.raises(OutputError) as caught:
                segments.take(base, [text])
            assert caught.value.code == "E_JOURNAL"


@pytest.mark.parametrize(
    "text", [b'{"run":', b'{"run":[]}', b'{"form":1,"run":["a",[]]}', b'{"run":\xff\xfe}']
)
def test_a_damaged_log_of_a_place_is_told_in_one_line(place, tmp_path, text):
    place.put(f"{logs.FOLDER}/1.jsonl", text + b"\n")
    with pytest.raises(OutputError, match="the log of the journal is damaged") as caught:
        travelling.looked_at(place, tmp_path)
    assert caught.value.code == "E_JOURNAL"


@pytest.mark.parametrize("link", [OURS, f"{OURS}/parts"])
def test_a_folder_of_ours_that_is_a_link_is_refused(tmp_path, link):
    (tmp_path / "elsewhere" / "parts").mkdir(parents=True)
    (tmp_path / "out" / link).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "out" / link).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="is a link"), travelling.opened(store(tmp_path / "out")):
        pass
    assert [*(tmp_path / "elsewhere").iterdir()] == [tmp_path / "elsewhere" / "parts"]
