"""Processes of this machine: they begin in either way, answer, and end however they are ended."""

import json
import os
import signal
import struct
import subprocess
import sys

import pytest
from scripted_crew import item

from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.batching.workers import crew as crew_module
from fastseg_edit.batching.workers import nurseries
from fastseg_edit.batching.workers.crew import Processes
from fastseg_edit.batching.workers.messages import Order, Setup

PROGRAM = """
import fcntl, json, os, sys
from pathlib import Path
from fastseg_edit.batching.workers import nurseries
from fastseg_edit.batching.workers.crew import Processes
from fastseg_edit.batching.workers.messages import Setup
from fastseg_edit.batching.storage.stores import Folder

folder = Path(sys.argv[1])
lock = (folder / "lock").open("w")
fcntl.flock(lock, fcntl.LOCK_EX)
alone = nurseries.is_alone()
crew = Processes(Setup(Folder(folder), Folder(folder), 1), own=True)
hands = []
while len(hands) < 2:
    hands += filter(None, [crew.hire()])
lock.close()  # shared with nobody, so it is free again
with (folder / "lock").open("w") as again:
    fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
ends = [hand.dismiss() for hand in hands]
crew.close()
print(json.dumps([alone, len({hand.number for hand in hands}), ends]))
"""
"""What a command does, in short. It is a program of its own, since tests are never alone."""


def test_a_program_that_is_alone_forks_itself_and_shares_nothing_that_is_open(tmp_path):
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        env=one_thread,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    killed = "it was killed, perhaps because memory ran out"
    assert json.loads(done.stdout) == [True, 2, [killed, killed]]


def test_a_worker_that_cannot_read_its_order_ends_instead_of_hanging(tmp_path):
    crew = Processes(Setup(Folder(tmp_path), Folder(tmp_path), 1))
    try:
        hand = hired(crew)
        hand.connection.send_bytes(b"no pickle")
        assert [*crew.listen([hand], 30)] == [hand]
        assert hand.heard() is None
        assert hand.dismiss() == "it ended with status 1"
    finally:
        crew.close()


def hired(crew):
    """A new worker, waited for."""
    while (hand := crew.hire()) is None:
        pass
    return hand


def test_a_worker_that_takes_no_order_any_more_is_ended_and_stops_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr(crew_module, "PATIENCE", struct.pack("ll", 0, 50_000))
    crew = Processes(Setup(Folder(tmp_path), Folder(tmp_path), 1))
    try:
        hand = hired(crew)
        os.kill(hand.number, signal.SIGSTOP)
        hand.give(Order(1, item(1, "x" * 5_000_000)))
        assert [*crew.listen([hand], 30)] == [hand]
        assert hand.heard() is None
        killed = "it was killed, perhaps because memory ran out"
        assert [hand.dismiss(), hand.dismiss()] == [killed, killed]
    finally:
        crew.close()


def test_whoever_stops_while_workers_still_import_is_not_kept_waiting(tmp_path, monkeypatch):
    (tmp_path / "slow_import.py").write_text("import time; time.sleep(300)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    folder = Folder(tmp_path)
    crew = Processes(Setup(folder, folder, 1, preload=("slow_import",)))
    assert [crew.hire(), crew.hire()] == [None, None]
    crew.close()


@pytest.mark.parametrize(("said", "threads", "wanted"), [("3", 0, "3"), ("3", 2, "2")])
def test_networks_use_as_many_threads_as_are_asked_for_and_matrices_one(
    monkeypatch, said, threads, wanted
):
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    limits = nurseries.limits(threads)
    assert (limits["OMP_NUM_THREADS"], limits["MKL_NUM_THREADS"]) == (wanted, wanted)
    assert limits["OPENBLAS_NUM_THREADS"] == "1"


def test_threads_do_not_depend_on_how_many_workers_there_are(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert int(nurseries.limits(0)["OMP_NUM_THREADS"]) == len(os.sched_getaffinity(0))
