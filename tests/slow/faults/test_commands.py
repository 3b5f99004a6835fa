"""What befalls the command of a job: no room, signals, closed ends, poor surroundings."""

import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
import yaml
from faulty_painter import heal, install
from small_jobs import check, check_complete, folder_of, job_of

from fastseg_edit.batching.storage.stores import OURS

NAMES = [f"{number}.png" for number in range(12)]

HELD = "5.png"
"""The photo at which a worker waits until its painter is healed."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with photos, their undisturbed results, and a manifest."""
    home = folder_of(tmp_path_factory.mktemp("jobs"), NAMES, "faulty")
    heal(install(home / "faulty"))
    assert finished(home, "undisturbed").returncode == 0
    return home


def manifest(home, out):
    job = job_of(home, out, save=["mask"]).manifest
    document = {
        "root": str(home / "photos"), "out": str(home / out), "seed": 1,
        "defaults": {**job.defaults, "operation": "replace", "caption": "none"},
        "items": [{"photos": ".", "exclude": [HELD]}, {"photo": HELD, "caption": "wait"}],
    }  # fmt: skip
    path = home / f"{out.replace('/', '-')}.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def command(home, out="out", *more):
    program = [sys.executable, "-m", "fastseg_edit", "batch", "run", str(manifest(home, out))]
    return [*program, "--jobs", "2", *more]


def surroundings(home, known=os.environ):
    """Return the environment of a command, with the painter on its path."""
    paths = [str(home / "faulty"), os.environ.get("PYTHONPATH", "")]
    return {**known, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def finished(home, out="out", **more):
    more = {"env": surroundings(home), "capture_output": True, "text": True, **more}
    return subprocess.run(command(home, out), check=False, timeout=120, **more)


@contextmanager
def held(home, out, *flags, **more):
    """Start a job of which one worker waits with a photo, as long as the block holds."""
    for mark in ("healed", "wait"):
        (home / "faulty" / mark).unlink(missing_ok=True)
    more = {"env": surroundings(home), "stderr": subprocess.PIPE, "text": True, **more}
    process = subprocess.Popen(command(home, out, *flags), **more)
    try:
        yield process
    finally:
        heal(home / "faulty")
        process.kill()
        process.communicate()


def await_worker(home):
    """Wait until a worker holds its photo."""
    until = time.monotonic() + 60
    while not (home / "faulty" / "wait").exists():
        assert time.monotonic() < until
        time.sleep(0.002)


def one_line(text, code):
    """See that an error is told in one line."""
    told = [line for line in text.splitlines() if line.startswith("error[")]
    assert len(told) == 1, text
    assert told[0].startswith(f"error[{code}]")
    assert "Traceback" not in text


@pytest.fixture
def out(request):
    """The name of a folder of results of the test's own."""
    return request.node.name.replace("[", "-").replace("]", "")


@pytest.mark.parametrize("limit", [8_000, 30_000])
def test_files_that_may_not_grow_end_the_job_and_the_next_run_goes_on(home, out, limit):
    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = finished(home, out, preexec_fn=limited)
    assert done.returncode == 9, done.stderr
    one_line(done.stderr, "E_OUTPUT_WRITE")
    assert finished(home, out).returncode == 0
    check_complete(home, out)


@pytest.mark.parametrize("size", ["100k", "220k"])
def test_a_full_disk_ends_the_job_and_the_next_run_goes_on(home, out, size):
    folder = home / out
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        done = finished(home, out)
        assert done.returncode == 9, done.stderr  # seen before it began, or when it happened
        told = done.stderr.partition("error[")[2]
        assert told.startswith(("E_OUTPUT_WRITE]", "E_OUTPUT_SPACE]"))
        assert "Traceback" not in done.stderr
        subprocess.run(["mount", "-o", "remount,size=50m", str(folder)], check=True)
        assert finished(home, out).returncode == 0
        check_complete(home, out)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        refused = finished(home, out)
        assert refused.returncode == 9
        one_line(refused.stderr, "E_OUTPUT_WRITE")
        status = [sys.executable, "-m", "fastseg_edit", "batch", "status", str(manifest(home, out))]
        assert subprocess.run(status, check=False, capture_output=True).returncode == 0
    finally:
        subprocess.run(["umount", str(folder)], check=False)


@pytest.mark.parametrize(
    ("signals", "status"), [("INT", 130), ("TERM", 130), ("INT INT", 130), ("KILL", -9)]
)
def test_a_signal_ends_the_job_in_order_and_the_next_run_goes_on(home, out, signals, status):
    with held(home, out, start_new_session=True) as process:
        await_worker(home)
        for name in signals.split():
            os.killpg(process.pid, getattr(signal, f"SIG{name}"))
            time.sleep(0.01)
        told = process.communicate(timeout=60)[1]
    assert process.returncode == status, told
    assert "Traceback" not in told
    if signals in ("INT", "TERM"):  # the second one lets it end at once, as if killed
        check(home, out)
        assert "run the same command to go on" in told
    assert finished(home, out).returncode == 0
    check_complete(home, out)


def test_of_two_runs_at_once_one_is_refused(home, out):
    with held(home, out) as process:
        await_worker(home)
        other = finished(home, out)
        heal(home / "faulty")
        told = process.communicate(timeout=60)[1]
    assert (process.returncode, other.returncode) == (0, 2), told
    one_line(other.stderr, "E_BUSY")
    check_complete(home, out)


def test_a_folder_that_is_removed_meanwhile_ends_the_job(home, out):
    with held(home, out) as process:
        await_worker(home)
        (home / out / OURS).rename(home / f"{out}.old")
        heal(home / "faulty")
        told = process.communicate(timeout=60)[1]
    assert process.returncode == 9, told
    one_line(told, "E_OUTPUT_WRITE")


def test_whoever_reads_the_outcomes_may_go_away(home, out):
    with held(home, out, "--json", stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        process.stdout = None
        told = process.communicate(timeout=60)[1]
    assert process.returncode == 130, told
    assert told.startswith("stopped, as nobody reads the events: ")
    assert len(told.splitlines()) == 1
    assert finished(home, out).returncode == 0
    check_complete(home, out)


def test_poor_surroundings_do_no_harm(home, out, tmp_path):
    poor = {"PATH": os.environ["PATH"], "LANG": "C", "LC_ALL": "C", "HOME": "/proc/none"}
    assert finished(home, out, env=surroundings(home, poor), cwd=tmp_path).returncode == 0
    check_complete(home, out)


@pytest.mark.parametrize("jobs", [1, 4])
def test_how_many_are_at_work_does_not_show(home, out, jobs):
    program = [*command(home, out)[:-1], str(jobs)]
    done = subprocess.run(program, check=False, env=surroundings(home), timeout=120)
    assert done.returncode == 0
    check_complete(home, out)
