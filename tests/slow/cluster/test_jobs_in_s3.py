"""A job from S3 to S3, with its machine being lost."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest

from fastseg_edit import photos
from fastseg_edit.batching.journals import holding, travelling
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.storage.places import store

COUNT = 8

FLAGS = ("--box", "100,80,180,140", "--profile", "classical", "--jobs", "2", "--json")


@pytest.fixture
def shoot(bucket):
    """A place of photos, and one for results."""
    random = np.random.default_rng(0)
    place = store(f"{bucket}/shoot")
    for number in range(COUNT):
        image = random.integers(60, 120, (240, 320, 3)).astype(np.uint8)
        image[80:140, 100:180] = (200, 30, 30)
        place.put(f"day {number % 2}/{number:02}#.png", photos.to_png(image))
    return place.url, f"{bucket}/edited"


def begun(shoot, home, out=None):
    """Begin a job on a machine with a cache of its own."""
    command = [sys.executable, "-m", "fastseg_edit", "batch", "run", shoot[0]]
    return subprocess.Popen(
        [*command, "-o", out or shoot[1], *FLAGS],
        env={**os.environ, "XDG_CACHE_HOME": str(home), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def events(process):
    return [json.loads(line) for line in process.stdout if line.startswith("{")]


def hashes(url):
    place = store(url)
    return {
        name: hashlib.sha256(place.read(name)).hexdigest()
        for name in place.names()
        if name.endswith(".png")
    }


def done(url, home):
    """How many attempts at each item have ended well, as a third machine sees it."""
    path = travelling.looked_at(store(url), home)
    query = "SELECT id, COUNT(*) FROM attempts WHERE state = 'done' GROUP BY id"
    with closing(Journal(path, readonly=True)) as journal:
        return dict(journal.rows(query))


def test_a_job_goes_from_url_to_url_and_is_not_done_again(shoot, tmp_path):
    with begun(shoot, tmp_path / "one") as process:
        first = events(process)
    assert process.returncode == 0, first
    assert len(hashes(shoot[1])) == COUNT
    with begun(shoot, tmp_path / "two") as process:
        second = events(process)
    assert process.returncode == 0, second
    assert set(done(shoot[1], tmp_path / "three").values()) == {1}


def test_what_a_lost_machine_has_done_another_one_does_not_do_again(shoot, tmp_path):
    with begun(shoot, tmp_path / "whole", f"{shoot[1]}-whole") as process:
        events(process)
    settled = 0
    with begun(shoot, tmp_path / "one") as process:
        for line in process.stdout:
            settled += '"done"' in line
            if settled == 3:
                break
        process.send_signal(signal.SIGKILL)
    there = set(hashes(shoot[1]))
    assert 3 <= len(there) < COUNT
    store(shoot[1]).remove(holding.NAME)  # as if it had been silent for long
    with begun(shoot, tmp_path / "two") as process:
        events(process)
    assert process.returncode == 0
    assert hashes(shoot[1]) == hashes(f"{shoot[1]}-whole")
    counted = done(shoot[1], tmp_path / "three")
    assert len(counted) == COUNT
    assert set(counted.values()) == {1}


def test_a_record_says_at_which_url_the_photo_lies(shoot, tmp_path):
    with begun(shoot, tmp_path) as process:
        events(process)
    place = store(shoot[1])
    name = next(name for name in place.names() if name.endswith("edit.json"))
    photo = json.loads(place.read(name))["photo"]
    assert photo["url"].startswith(f"{shoot[0]}/day ")
    assert photo["name"].endswith("#.png")
    assert photo["path"] is None
