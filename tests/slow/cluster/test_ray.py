"""A job on a cluster of this machine, with its processes being killed."""

import hashlib
import os
import signal
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from fastseg_edit import photos
from fastseg_edit.batching.jobs import Job
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.manifests import manifest
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.batching.workers.cluster import Cluster
from fastseg_edit.errors import FastsegError

ray = pytest.importorskip("ray", reason="ray is not installed")

pytestmark = pytest.mark.filterwarnings("default")  # Ray's own


@pytest.fixture(scope="module", autouse=True)
def cluster():
    ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield
    ray.shutdown()


@pytest.fixture
def shoot(tmp_path):
    """A folder of photos."""
    random = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    for number in range(12):
        image = random.integers(60, 120, (240, 320, 3)).astype(np.uint8)
        image[80:140, 100:180] = (200, 30, 30)
        (tmp_path / "photos" / f"{number:02}.png").write_bytes(photos.to_png(image))
    return tmp_path


def job(shoot, out):
    document = {
        "root": str(shoot / "photos"),
        "out": out if "://" in out else str(shoot / out),
        "defaults": {"operation": "remove", "prompt": [{"box": [100, 80, 180, 140]}],
                     "profile": "classical"},
        "items": [{"photos": "*.png"}],
    }  # fmt: skip
    read = manifest.read(document, shoot, free=True)
    return Job(read, read.policy(jobs=2))


def hashes(folder):
    pictures = sorted(Path(folder).glob("*.png"))
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in pictures}


def done(folder):
    """How many attempts at each item have ended well."""
    journal = Journal(folder / OURS / "journal.sqlite", readonly=True)
    query = "SELECT id, COUNT(*) FROM attempts WHERE state = 'done' GROUP BY id"
    found = dict(journal.rows(query))
    journal.close()
    return found


def test_a_cluster_gives_the_bytes_that_one_machine_gives(shoot):
    assert {each.state for each in job(shoot, "local").run()} == {"done"}
    assert {each.state for each in job(shoot, "far").run(crew=Cluster().crew)} == {"done"}
    assert len(hashes(shoot / "far")) == 12
    assert hashes(shoot / "far") == hashes(shoot / "local")
    assert not any(each.again for each in job(shoot, "far").run(crew=Cluster().crew))


def test_what_a_killed_worker_had_is_done_and_nothing_twice(shoot):
    assert {each.state for each in job(shoot, "local").run()} == {"done"}
    outcomes, killed = [], []
    for outcome in job(shoot, "far").run(crew=Cluster().crew):
        outcomes.append(outcome)
        if len(outcomes) in (2, 5):
            killed.append(kill_a_worker())
    assert len(set(killed)) == 2
    assert sorted(each.item.id for each in outcomes) == sorted(hashes(shoot / "local"))
    assert {each.state for each in outcomes} == {"done"}
    assert hashes(shoot / "far") == hashes(shoot / "local")
    assert set(done(shoot / "far").values()) == {1}


def kill_a_worker():
    """Kill the process of an actor of ours, as running out of memory would. Return which."""
    ours = {os.getpid()}
    parents = {int(each.name): parent(each) for each in Path("/proc").glob("[0-9]*")}
    while further := {each for each, of in parents.items() if of in ours} - ours:
        ours |= further
    actors = [each for each in sorted(ours) if "ray::Station" in command(each)]
    os.kill(actors[0], signal.SIGKILL)
    return actors[0]


def parent(process):
    with suppress(OSError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])


def command(process):
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""


def test_a_card_that_no_machine_has_is_told(shoot):
    with pytest.raises(FastsegError, match=r"no machine of the cluster has .* 0.5 graphics cards"):
        list(job(shoot, "far").run(crew=Cluster(gpus=0.5).crew))


def test_a_cluster_that_is_not_there_is_told(shoot):
    ray.shutdown()
    with pytest.raises(FastsegError) as caught:
        list(job(shoot, "far").run(crew=Cluster("127.0.0.1:1").crew))
    assert caught.value.code == "E_WORKER"
    assert "127.0.0.1:1" in str(caught.value)
    assert "\n" not in str(caught.value)
