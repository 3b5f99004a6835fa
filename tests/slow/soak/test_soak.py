"""One job, killed at random moments and run again each time, ends as if nothing had happened.

FASTSEG_EDIT_SOAK=200 says how many kills, FASTSEG_EDIT_SEED=7 which moments.
"""

import contextlib
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

PHOTOS = 60

JOB = """
root: {photos}
out: {out}
defaults:
  operation: remove
  profile: {profile}
  prompt: [{{mask: {mask}}}]
  save: [mask]
seed: 3
items:
- {{photos: "0"}}
- {{photos: "1"}}
- {{photos: "2"}}
"""

KILLS = int(os.environ.get("FASTSEG_EDIT_SOAK", "40"))
SEED = int(os.environ.get("FASTSEG_EDIT_SEED", random.randrange(10**6)))

TARGETS = ("group", "driver", "group", "driver", "worker", "nursery")
"""What is killed, in turn: everything, only the process that gives files their names (what it
started ends by itself), one that paints, or the one that those come from."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with photos, and the results of an undisturbed run."""
    folder = tmp_path_factory.mktemp("soak")
    (folder / "profile.yaml").write_text("{segmenter: grabcut, inpainter: blur, remover: blur}")
    chance = np.random.default_rng(0)
    for number in range(PHOTOS):
        image = chance.integers(60, 110, (72, 96, 3), np.uint8)
        image[18:48, 24:56] = chance.integers(120, 255, 3)
        path = folder / "photos" / f"{number % 3}" / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), image)
    cv2.imwrite(
        str(folder / "mask.png"), cv2.rectangle(image[..., 0] * 0, (20, 15), (60, 50), 255, -1)
    )
    job = Job(folder, "undisturbed", 1)
    process = job.start()
    assert process.wait(120) == 0
    return folder


@dataclass
class Job:
    """A job in its folder of results."""

    folder: Path
    name: str
    jobs: int

    @property
    def out(self):
        return self.folder / self.name

    def start(self):
        manifest = self.folder / f"{self.name}.yaml"
        profile, mask = self.folder / "profile.yaml", self.folder / "mask.png"
        photos = self.folder / "photos"
        manifest.write_text(JOB.format(photos=photos, out=self.out, profile=profile, mask=mask))
        command = [sys.executable, "-m", "fastseg_edit", "batch", "run", str(manifest)]
        command += ["--jobs", str(self.jobs), "--quiet"]
        return subprocess.Popen(
            command, start_new_session=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
        )

    def visible(self):
        """Return for every file that has its name: its number on the disk, and what it holds."""
        found = (path for path in self.out.rglob("*") if ".fastseg-edit" not in path.parts)
        return {
            str(path.relative_to(self.out)): (path.stat().st_ino, content(path))
            for path in found
            if path.is_file()
        }

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.out / ".fastseg-edit/journal.sqlite")) as base:
            return base.execute(query).fetchall()


def content(path):
    """Return the bytes of a file; what a record says but for how long it took."""
    if path.suffix == ".json":
        return json.loads(path.read_bytes(), object_hook=lambda each: {**each, "seconds": 0})
    return path.read_bytes()


def children(process):
    """Return the processes that one has started."""
    with contextlib.suppress(OSError):
        found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return [int(each) for each in found]
    return []


def kill(process, target):
    """Kill a part of a job. Return whether that ends it."""
    nursery = children(process.pid)
    workers = [each for parent in nursery for each in children(parent)]
    victim = {"driver": [process.pid], "nursery": nursery, "worker": workers}.get(target)
    with contextlib.suppress(ProcessLookupError):
        if target == "group":
            os.killpg(process.pid, signal.SIGKILL)
        elif victim:
            os.kill(victim[-1], signal.SIGKILL)
    return target in ("group", "driver")


def wait_for_moment(job, process, chance):
    """Wait until a random moment, most often one close to files getting their names."""
    if chance.random() < 0.3:
        wait(process, chance.uniform(0, 1.5))
        return
    before, until = publications(job), time.monotonic() + 20
    while publications(job) == before and process.poll() is None and time.monotonic() < until:
        time.sleep(0.0003)
    wait(process, chance.choice([0, chance.uniform(0, 0.003), chance.uniform(0, 0.2)]))


def publications(job):
    """Return what changes with every file that gets its name."""
    with contextlib.suppress(OSError):
        return [(job.out / f"{each}").stat().st_mtime_ns for each in range(3)]
    return []


def wait(process, seconds):
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def run_and_kill(job, chance, target):
    """Run a job until it is killed or done. Return its exit status."""
    process = job.start()
    wait_for_moment(job, process, chance)
    if process.poll() is None and not kill(process, target):
        wait(process, chance.uniform(0, 0.5))
        if process.poll() is None and chance.random() < 0.5:
            kill(process, "group")
    status = process.wait(60)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    return status


def test_a_job_killed_at_random_moments_loses_and_repeats_nothing(place):
    wanted = {name: each[1] for name, each in Job(place, "undisturbed", 1).visible().items()}
    assert len(wanted) == 3 * PHOTOS
    chance = random.Random(SEED)
    print(f"FASTSEG_EDIT_SEED={SEED} FASTSEG_EDIT_SOAK={KILLS}")  # noqa: T201 (to repeat it)
    killed, rounds, job = 0, 0, None
    while killed < KILLS or job:
        if job is None:
            job, before = Job(place, f"round-{rounds}", 1 + rounds % 2), {}
            rounds += 1
        enough = killed >= KILLS
        status = job.start().wait(120) if enough else run_and_kill(job, chance, TARGETS[killed % 6])
        killed += not enough
        seen = job.visible() if job.out.exists() else {}
        partial = [name for name, (_, found) in seen.items() if found != wanted.get(name)]
        assert not partial, f"after kill {killed} of round {rounds}, seed {SEED}: {partial}"
        moved = [name for name, (number, _) in before.items() if seen[name][0] != number]
        assert not moved, f"done again after kill {killed} of round {rounds}, seed {SEED}: {moved}"
        before = seen
        if status == 0:
            assert seen.keys() == wanted.keys()
            check_journal(job)
            job = None
        else:
            assert status == -signal.SIGKILL
    assert rounds > 1 or KILLS < 20


def check_journal(job):
    """See that the journal is whole, and has each item done once."""
    assert job.rows("PRAGMA integrity_check") == [("ok",)]
    done = job.rows("SELECT id, COUNT(*) FROM attempts WHERE state = 'done' GROUP BY id")
    assert len(done) == PHOTOS
    assert {count for _, count in done} == {1}
    for name, sha256 in job.rows("SELECT name, sha256 FROM outputs"):
        assert hashlib.sha256((job.out / name).read_bytes()).hexdigest() == sha256
    assert not job.rows("SELECT 1 FROM attempts WHERE state IN ('begun', 'writing')")
    assert not (job.out / ".fastseg-edit" / "parts").exists()
