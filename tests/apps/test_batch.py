"""Batches as a user of the command line meets them."""

import io
import json
import os
import signal
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from fastseg_edit.apps.cli import main
from fastseg_edit.batching.journals import locks
from fastseg_edit.batching.storage.stores import OURS

MASK = ("--mask", "mask.png", "--profile", "classical")
JOB = """
root: photos
out: out
defaults: {operation: remove, profile: classical, prompt: [{mask: ../mask.png}]}
items: [{photo: a.png}, {photo: bad.jpg}, {photo: deep/b.png}]
"""


class Said(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def events(self):
        return [json.loads(line) for line in self.out.splitlines()]


def said(*arguments, err=None):
    """Run the command in this process, and return how it ended and what it said."""
    out, err = io.StringIO(), err or io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["batch", *arguments])
    return Said(status, out.getvalue(), err.getvalue())


def draw(path, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = np.random.default_rng(seed).integers(60, 90, (40, 48, 3)).astype(np.uint8)
    image[10:20, 10:22] = (200, 30, 30)
    Image.fromarray(image).save(path)


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    """A folder with a job of two good photos and a bad one, which is the current one."""
    folder = tmp_path_factory.mktemp("batch")
    draw(folder / "photos/a.png")
    draw(folder / "photos/deep/b.png", 1)
    (folder / "photos/bad.jpg").write_bytes(b"no photo")
    (folder / "job.yaml").write_text(JOB)
    mask = np.zeros((40, 48), np.uint8)
    mask[10:20, 10:22] = 255
    Image.fromarray(mask).save(folder / "mask.png")
    (folder / "bad").mkdir()
    for name in ("one.jpg", "line\nbreak.jpg", "three.jpg"):
        (folder / "bad" / name).write_bytes(b"no photo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


@pytest.fixture(scope="module")
def first():
    """The first run of the job."""
    return said("run", "job.yaml", "--jobs", "1")


def test_a_run_says_a_line_for_each_item_and_one_on_all(first, folder):
    assert first.status == 3
    assert first.out == ""
    *items, end = sorted(first.err.splitlines(), key=lambda line: not line.startswith("["))
    assert sorted(line.split("] ")[1].split(" ")[:2] for line in items) == [
        ["done", "a.png"],
        ["done", "deep/b.png"],
        ["failed", "bad.jpg:"],
    ]
    assert all(line.startswith(f"[{place}/3] ") for place, line in enumerate(items, 1))
    assert end.startswith("2 done, 1 failed; ")
    assert {path.name for path in folder.glob("out/**/*.png")} == {"a.png", "b.png"}
    assert (folder / "out/a.png.edit.json").exists()


@pytest.mark.usefixtures("first")
def test_the_same_command_again_does_only_what_is_not_done(folder):
    before = (folder / "out/a.png").stat()
    begin, *items, end = said("run", "job.yaml", "--json").events
    assert begin == {"event": "begin", "job": "job.yaml", "out": "out", "items": 3}
    assert {(each["photo"], each["state"], each["before"]) for each in items} == {
        ("a.png", "done", True),
        ("deep/b.png", "done", True),
        ("bad.jpg", "failed", False),
    }
    assert {each["photo"]: each["outputs"] for each in items}["a.png"][0] == "out/a.png"
    assert end["event"] == "end"
    assert (end["done"], end["failed"], end["before"]) == (2, 1, 2)
    assert (folder / "out/a.png").stat() == before


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("job", ["out", "job.yaml"])
def test_a_retry_does_only_what_failed(job):
    begin, item, end = said("retry", job, "--json").events
    assert begin["items"] == 1
    assert (item["photo"], item["state"]) == ("bad.jpg", "failed")
    assert item["error"]["code"] == "E_INPUT_FORMAT"
    assert end["failed"] == 1


@pytest.mark.usefixtures("first")
def test_a_retry_by_state_or_name_does_those():
    assert said("retry", "out", "--state", "no-object", "--json").events[0]["items"] == 0
    assert said("retry", "out", "--item", "bad.jpg", "--json").events[0]["items"] == 1
    wrong = said("retry", "out", "--item", "bad.jpgg")
    assert wrong.status == 2
    assert "'bad.jpg'" in wrong.err


@pytest.mark.usefixtures("first")
def test_the_status_counts_states_and_tells_the_last_errors(folder):
    shown = said("status", "out").out
    assert "the last run came to its end" in shown
    assert "3 items: 2 done, 1 failed" in shown
    assert "error[E_INPUT_FORMAT] bad.jpg: " in shown
    with locks.held(folder / "out" / OURS / "lock"):
        (known,) = said("status", "job.yaml", "--json").events
        assert known["process"] == str(os.getpid())
        busy = said("run", "job.yaml")
    assert busy.status == 2
    assert f"error[E_BUSY]: process {os.getpid()} writes into out already" in busy.err


@pytest.mark.usefixtures("first")
def test_a_report_says_where_it_is(folder):
    assert "report.html" in said("report", "out").err
    assert (folder / "out/report.html").exists()


def test_what_the_user_stops_goes_on_with_the_same_command(folder):
    for number in range(8):
        draw(folder / f"many/{number}.png", number)

    class Stopping(io.StringIO):
        """Stops the command when it says its first line."""

        def write(self, text):
            if text.startswith("[1/"):
                os.kill(os.getpid(), signal.SIGTERM)
            return super().write(text)

    stopped = said("run", "many", *MASK, "--jobs", "1", err=Stopping())
    assert stopped.status == 130
    *lines, last = stopped.err.splitlines()
    done = len(lines)
    assert 1 <= done < 8
    assert last == f"interrupted: {done} of 8 done; run the same command to go on"
    assert "the last run was stopped" in said("status", "many-edited").out
    assert not list(folder.glob(f"many-edited/{OURS}/parts/**/*"))
    *_, end = said("run", "many", *MASK, "--jobs", "1", "--json").events
    assert (end["done"], end["before"]) == (8, done)


def test_masks_alone_go_to_a_folder_of_their_own_with_a_report(folder):
    assert said("run", "photos", *MASK, "--segment-only", "-q", "-o", "looked").status == 3
    found = {str(path.relative_to(folder / "looked")) for path in folder.glob("looked/**/*.*")}
    assert {"masks/a.mask.png", "masks/deep/b.mask.png", "masks/contact_sheet.jpg"} <= found
    assert not {"a.png", "deep/b.png"} & found
    mask = np.asarray(Image.open(folder / "looked/masks/a.mask.png"))
    assert set(np.unique(mask)) == {0, 255}
    again = said("retry", "looked/masks", "--json").events
    assert [each["photo"] for each in again[1:-1]] == ["bad.jpg"]
    assert not (folder / "looked" / OURS).exists()


def test_all_failed_is_another_status_than_some():
    all_failed = said("run", "bad", *MASK)
    assert all_failed.status == 4
    assert "line\\nbreak.jpg: E_INPUT_FORMAT" in all_failed.err
    assert len(all_failed.err.splitlines()) == 4
    quiet = said("run", "bad", *MASK, "-q")
    assert [line[:22] for line in quiet.err.splitlines()] == ["error[E_INPUT_FORMAT] "] * 3


def test_a_job_can_stop_at_the_first_that_fails():
    begin, *items, end = said("run", "bad", *MASK, "--fail-fast", "--json", "-o", "fast").events
    assert begin["items"] == 3
    assert len(items) == end["failed"] == 1
    assert said("run", "bad", *MASK, "--max-failures", "1", "-o", "fast").status == 3


def test_a_job_of_lines_is_told_again_from_any_folder(folder, monkeypatch):
    (folder / "job.jsonl").write_text('{"photo": "bad/one.jpg", "operation": "segment", '
                                      '"prompt": [{"text": "cup"}]}\n')  # fmt: skip
    assert said("run", "job.jsonl", "-o", "lines").status == 4
    monkeypatch.chdir(folder / "photos")
    begin, item, _ = said("retry", "../lines", "--json").events
    assert begin["items"] == 1
    assert item["photo"] == "bad/one.jpg"


WRONG = {
    "results on stdout": (("bad", *MASK, "-o", "-"), 2, "writes into a folder"),
    "a name for a folder": (("bad", *MASK, "-o", "{stem}.png"), 2, "--name"),
    "a file for a folder": (("bad", *MASK, "-o", "job.yaml"), 2, "is a file"),
    "a job on stdin": (("-", *MASK), 2, "standard input"),
    "no such job": (("nowhere", *MASK), 5, "'nowhere' does not exist"),
    "a root elsewhere": (("bad", *MASK, "--root", "photos"), 2, "lies outside of --root photos"),
    "an unknown field": (("bad", *MASK, "--name", "{stm}"), 2, "{stm}"),
    "no prompt": (("bad",), 2, "nothing says what to select"),
    "no workers": (("bad", *MASK, "--jobs", "0"), 2, "--jobs"),
    "a folder in a file": (("bad", *MASK, "-o", "job.yaml/out"), 9, "cannot be written"),
}


@pytest.mark.parametrize(("arguments", "status", "about"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_refused_in_one_line(folder, arguments, status, about):
    before = sorted(folder.rglob("*"))
    wrong = said("run", *arguments)
    assert wrong.status == status
    assert len(wrong.err.splitlines()) == 1
    assert wrong.err.startswith("error[E_")
    assert about in wrong.err
    assert sorted(folder.rglob("*")) == before


def test_all_mistakes_of_a_manifest_are_told_at_once_and_nothing_is_written(folder):
    (folder / "wrong.yaml").write_text("items: [{foto: a.png}, {photo: a.png, dilat: 3}]\nout: w")
    wrong = said("run", "wrong.yaml")
    assert wrong.status == 2
    assert "/items/0/foto" in wrong.err
    assert "/items/1/dilat" in wrong.err
    assert not (folder / "w").exists()


def test_a_plan_tells_what_cannot_be_done_and_writes_nothing(folder):
    planned = said("plan", "photos", *MASK, "-o", "planned")
    assert planned.status == 3
    assert "error[E_INPUT_FORMAT] bad.jpg: " in planned.err
    assert "3 items: 3 remove, 1 cannot be done" in planned.err
    assert "48x40" in planned.out
    assert said("plan", "bad", *MASK).status == 4
    assert said("run", "photos/a.png", *MASK, "--dry-run").status == 0
    lines = said("plan", "photos", *MASK, "-o", "planned", "--json").events
    assert [each["photo"] for each in lines] == ["a.png", "bad.jpg", "deep/b.png"]
    assert lines[0]["size"] == [48, 40]
    assert not (folder / "planned").exists()


def test_a_plan_of_many_lists_the_first_only(folder):
    for number in range(25):
        draw(folder / f"more/{number:02}.png")
    planned = said("plan", "more/*.png", *MASK)
    assert "... and 5 more; -v lists them all" in planned.out
    assert "24.png" not in planned.out
    assert "24.png" in said("plan", "more/*.png", *MASK, "-v").out
