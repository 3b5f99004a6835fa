"""One run at a time holds a folder of results, and never longer than it lives."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from fastseg_edit.batching.journals import locks
from fastseg_edit.errors import OutputError

HOLD = """
import sys, time
from pathlib import Path
from fastseg_edit.batching.journals import locks
with locks.held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / ".fastseg-edit" / "lock"


def test_a_second_run_is_refused_and_told_of_the_first(path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(OutputError) as raised, locks.held(path):
            pass
        assert (raised.value.code, raised.value.status) == ("E_BUSY", 2)
        assert f"process {other.pid} writes into {path.parent.parent}" in raised.value.message
        other.send_signal(signal.SIGKILL)
    with locks.held(path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_a_lock_is_let_go_of_whatever_happens(path):
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), locks.held(path):
            raise KeyboardInterrupt


def test_a_lock_whose_folder_was_removed_holds_nobody(path):
    with locks.held(path):
        shutil.rmtree(path.parent)
        with locks.held(path):
            assert path.exists()


@pytest.mark.parametrize("put", ["lock is a folder", "folder is a file"])
def test_where_no_lock_can_be_nothing_can_be_written(path, put):
    if put == "lock is a folder":
        path.mkdir(parents=True)
    else:
        path.parent.parent.mkdir()
        path.parent.write_bytes(b"")
    with pytest.raises(OutputError) as raised, locks.held(path):
        pass
    assert (raised.value.code, raised.value.status) == ("E_OUTPUT_WRITE", 9)


def test_a_full_disk_takes_no_number_and_the_lock_holds(path):
    path.parent.mkdir(parents=True)
    path.symlink_to("/dev/full")
    with locks.held(path), pytest.raises(OutputError), locks.held(path):
        pass


def test_whoever_only_looks_whether_a_run_is_at_work_stops_none(path):
    path.parent.mkdir(parents=True)
    looking = path.open("w")
    fcntl.flock(looking, fcntl.LOCK_SH)
    letting_go = threading.Timer(0.1, looking.close)
    letting_go.start()
    with locks.held(path):
        letting_go.join()
    assert looking.closed


def test_whoever_looks_for_too_long_is_taken_for_a_run(path, monkeypatch):
    monkeypatch.setattr(locks, "LOOKS", 0.05)
    path.parent.mkdir(parents=True)
    with path.open("w") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        with pytest.raises(OutputError, match="already"), locks.held(path):
            pass
