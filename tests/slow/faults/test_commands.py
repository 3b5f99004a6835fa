"""What befalls the command of a job: no room, signals, closed ends, poor surroundings."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
import yaml
from small_jobs import check, check_complete, folder_of, job_of, run

from fastseg_edit.batching.storage.stores import OURS

NAMES = [f"{number}.png" for number in range(12)]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with photos, their undisturbed results, and a manifest."""
    home = folder_of(tmp_path_factory.mktemp("jobs"), NAMES)
    run(job_of(home, "undisturbed", save=["mask"]))
    return home


def manifest(home, out):
    job = job_of(home, out, save=["mask"]).manifest
    document = {
        "root": str(home / "photos"), "out": str(home / out), "seed": 1,
        "defaults": dict(job.defaults), "items": [{"photos": "."}],
    }  # fmt: skip
    path = home / f"{out.replace('/', '-')}.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def command(home, out="out", *more):
    program = [sys.executable, "-m", "fastseg_edit", "batch", "run", str(manifest(home, out))]
    return [*program, "--jobs", "2", *more]


def finished(home, out="out", **more):
    return subprocess.run(
        command(home, out), check=False, capture_output=True, text=True, timeout=120, **more
    )


def started(home, out, **more):
    return subprocess.Popen(
        command(home, out, "--quiet"), stderr=subprocess.PIPE, text=True, **more
    )


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


@pytest.mark.parametrize("signals", [["INT"], ["TERM"], ["INT", "INT"], ["INT", "TERM", "KILL"]])
def test_a_signal_ends_the_job_in_order_and_the_next_run_goes_on(home, out, signals):
    process = started(home, out, start_new_session=True)
    until = time.monotonic() + 60
    while not (home / out / "0.png").exists() and time.monotonic() < until:
        time.sleep(0.002)
    for name in signals:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, getattr(signal, f"SIG{name}"))
        time.sleep(0.01)
    told = process.communicate(timeout=60)[1]
    assert process.returncode in (130, 0) or "KILL" in signals, told
    assert "Traceback" not in told
    if len(signals) == 1:  # the second one lets it end at once, as if killed
        check(home, out)
    assert finished(home, out).returncode == 0
    check_complete(home, out)


def test_two_runs_at_once_do_everything_once(home, out):
    runs = [started(home, out) for _ in range(2)]
    told = [process.communicate(timeout=120)[1] for process in runs]
    codes = Counter(process.returncode for process in runs)
    assert codes in ({0: 1, 2: 1}, {0: 2}), told
    if codes[2]:
        one_line("".join(told), "E_BUSY")
    check_complete(home, out)


def test_a_folder_that_is_removed_meanwhile_ends_the_job(home, out):
    process = started(home, out)
    until = time.monotonic() + 60
    while not (home / out / "0.png").exists() and time.monotonic() < until:
        time.sleep(0.001)
    with contextlib.suppress(OSError):
        (home / out / OURS).rename(home / f"{out}.old")
    told = process.communicate(timeout=60)[1]
    assert process.returncode in (0, 9), told
    assert "Traceback" not in told


def test_whoever_reads_the_outcomes_may_go_away(home, out):
    pipe = subprocess.PIPE
    with subprocess.Popen(command(home, out, "--json"), stdout=pipe, stderr=pipe) as process:
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read().decode()
    assert "Traceback" not in told
    assert finished(home, out).returncode == 0
    check_complete(home, out)


def test_poor_surroundings_do_no_harm(home, out, tmp_path):
    poor = {"PATH": os.environ["PATH"], "LANG": "C", "LC_ALL": "C", "HOME": "/proc/none"}
    if "PYTHONPATH" in os.environ:
        poor["PYTHONPATH"] = os.environ["PYTHONPATH"]
    assert finished(home, out, env=poor, cwd=tmp_path).returncode == 0
    check_complete(home, out)


@pytest.mark.parametrize("jobs", [1, 4])
def test_how_many_are_at_work_does_not_show(home, out, jobs):
    done = subprocess.run(
        [*command(home, out)[:-1], str(jobs)], check=False, capture_output=True, timeout=120
    )
    assert done.returncode == 0
    check_complete(home, out)
