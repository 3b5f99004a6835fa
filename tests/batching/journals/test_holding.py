"""One run at a time holds a place of results, and what it does there is heard."""

import json
import os
import platform
import subprocess
import sys
import time

import pytest
from travelled_journals import ITEMS, made

from fastseg_edit.batching.journals import holding, logs, travelling
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.errors import OutputError

pytest.importorskip("fsspec", reason="fsspec is not installed")


def begun(place, tmp_path):
    """Return the journal of a run that has begun."""
    journal = travelling.Travelling(tmp_path / "journal.sqlite", place, holding.Claim(place))
    run = journal.begin({})
    journal.enlist(ITEMS, run)
    return journal, run


def test_whatever_goes_wrong_with_the_courier_is_heard(place, tmp_path, monkeypatch):
    monkeypatch.setattr(travelling, "BEAT", 0.0)
    monkeypatch.setattr(travelling, "LEAST", 0)

    def full():
        raise OSError("no room for a copy")

    monkeypatch.setattr(travelling, "TemporaryDirectory", full)
    journal, run = begun(place, tmp_path)
    journal._courier.join()
    with pytest.raises(OutputError, match="no room for a copy"):
        journal.writing(made(journal.begun(ITEMS[0], run), "a"))
    journal.close()


def test_the_place_is_held_however_long_the_courier_takes(place, monkeypatch):
    monkeypatch.setattr(holding, "BEAT", 0.001)
    claim = holding.Claim(place)
    first = json.loads(place.read(holding.NAME))["seen"]
    until = time.monotonic() + 10
    while json.loads(place.read(holding.NAME))["seen"] == first:
        assert time.monotonic() < until
    claim.release()
    assert place.state(holding.NAME) is None


def test_a_run_that_lost_its_place_publishes_nothing_more(place, tmp_path, monkeypatch):
    monkeypatch.setattr(holding, "BEAT", 0.001)
    journal, run = begun(place, tmp_path)
    place.put(holding.NAME, json.dumps({"machine": "other", "process": 1, "token": "x"}).encode())
    journal._claim._keeper.join(10)
    with pytest.raises(OutputError, match="process 1 of other") as caught:
        journal.writing(made(journal.begun(ITEMS[0], run), "a"))
    assert caught.value.code == "E_BUSY"
    journal.close()
    assert place.state(f"{OURS}/journal.sqlite") is None
    assert len(logs.read(place)) == 1


def test_of_two_runs_that_find_a_dead_one_the_first_gives_way(place, monkeypatch):
    said = {"machine": "elsewhere", "process": 1, "seen": 0, "token": "x"}
    place.put(holding.NAME, json.dumps(said).encode())
    other = json.dumps({**said, "process": 2, "seen": time.time()}).encode()
    monkeypatch.setattr(holding.time, "sleep", lambda _seconds: place.put(holding.NAME, other))
    with pytest.raises(OutputError, match="process 2 of elsewhere"):
        holding.Claim(place)


def test_only_one_run_at_a_time_writes_to_a_place(place):
    first = holding.Claim(place)
    with pytest.raises(OutputError) as caught:
        holding.Claim(place)
    assert caught.value.code == "E_BUSY"
    assert f"process {os.getpid()} of {platform.node()}" in str(caught.value)
    first.release()
    holding.Claim(place)


def test_a_run_that_lost_its_place_hears_of_it(place):
    first = holding.Claim(place)
    place.remove(holding.NAME)
    second = holding.Claim(place)
    with pytest.raises(OutputError) as caught:
        first.refresh()
    assert caught.value.code == "E_BUSY"
    first.release()
    second.refresh()


@pytest.mark.parametrize(
    ("machine", "silent", "free"),
    [("elsewhere", 5, False), ("elsewhere", 1000, True), (platform.node(), 5, True)],
)
def test_the_place_of_a_dead_run_is_free(place, machine, silent, free, monkeypatch):
    monkeypatch.setattr(holding, "PAUSE", 0.0)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    said = {"machine": machine, "process": dead.pid, "seen": time.time() - silent, "token": "x"}
    place.put(holding.NAME, json.dumps(said).encode())
    if free:
        holding.Claim(place).refresh()
    else:
        with pytest.raises(OutputError, match="seen 5 s ago"):
            holding.Claim(place)
